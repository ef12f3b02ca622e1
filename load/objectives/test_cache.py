"""CACHE-010: the cache under the load profile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from load.load_figures import CACHE_HIT_RATE
from load.objectives.claims import examine_claims
from load.objectives.measuring import Measured
from load.objectives.objective_verdicts import examine_metrics, to_metric
from load.statistics import Decision
from spec.checking.examination import Examination, verifies
from spec.checking.outcomes import Outcome
from spec.target.shop import Shop
from spec.target.windows import WindowUnusable

if TYPE_CHECKING:
    from spec.run.run_state import RunState


@verifies("CACHE-010", effects={"loads", "writes", "signs in"})
def test_over_80_per_cent_of_cacheable_reads_hit(
    measured: Measured, examine: Examination, run: RunState, target: Shop
) -> None:
    """Product lists, searches, categories, details and carts say with Cache-Status (RFC 9211) that they were hits.

    What they say is held against what the cache's own server counts, where it can be looked into:

    - Keys that it found bound the hits from above: an answer that it serves it has found. They measure nothing, since
      a shop finds more than answers (generations, sessions, flags), so a liar can stay below this bound.
    - Keys that it did not find bound the misses from above in the same way, and measure as little: a shop looks in vain
      for other things too. Both are noted.
    - One hit, held against the miss before it, shows whether "hit" means that an answer was found (`examine_claims`);
      it is tried on searches after the load, and stands for the other reads.

    Hits from memory in front of this cache are none of its own, and a target that counts them does not grant it as its
    cache. The twin: misses were seen too, and orders were placed meanwhile, which have to invalidate something.
    """
    requirement = run.catalogue.get("CACHE-010")
    figures = [figure for figure in measured.judgement.figures if figure.statistic == CACHE_HIT_RATE]
    claimed = measured.run.manifest.generator.cache_hits_claimed
    if all(figure.decision is Decision.NO_DATA for figure in figures):
        cacheable = [sample for sample in measured.run.samples if sample.cacheable]
        answered = sum(sample.ok for sample in cacheable)
        examine.expect(
            answered > 0 and not claimed,
            Outcome.NOT_CACHED,
            expected="cacheable reads that are answered, and say under load what they said before it",
            observed=f"{answered} of {len(cacheable)} reads answered, none with Cache-Status; {claimed} hits before",
        )
        raise WindowUnusable("no cacheable read carried Cache-Status, so hits cannot be told from misses")
    look_ups = measured.look_ups
    if look_ups is not None:
        examine.expect(
            claimed <= look_ups.found,
            Outcome.CLAIM_CONTRADICTED,
            expected=f"at least {claimed} keys found by the cache, as many as the answers claim to be hits",
            observed=f"{look_ups.found} keys found",
        )
    examine_metrics(examine, [to_metric(figure, requirement) for figure in figures])
    reads = [sample for sample in measured.run.samples if sample.cacheable and sample.ok]
    # Carts of customers who have only just registered were read too: nothing can have kept those before.
    examine.expect(
        any(read.hit is False for read in reads),
        Outcome.CLAIM_CONTRADICTED,
        expected="misses among the reads, the first ones of new customers' carts at least",
        observed=f"all {len(reads)} reads claim to be hits",
    )
    if look_ups is not None:
        examine.note(
            f"The cache found {look_ups.found} keys and missed {look_ups.missed}; {claimed} answers claim to be hits."
        )
    if target.windows.cache is not None:
        examine_claims(examine, target, target.windows.cache)
    names = measured.run.manifest.operations
    ordering = target.verbs.place_order().request.operation
    examine.require(
        any(sample.ok and names[sample.operation] == ordering for sample in measured.run.measured),
        "no order was placed during the load, so nothing had to be invalidated",
    )
