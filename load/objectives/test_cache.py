"""CACHE-010: the cache under the load profile."""

from __future__ import annotations

from load.load_figures import CACHE_HIT_RATE
from load.objectives.claims import examine_claims
from load.objectives.measuring import Measured
from load.objectives.objective_verdicts import examine_figures
from load.statistics.decision import LimitDecision
from spec.catalogue import Requirement
from spec.checking.examination import Examination, verifies
from spec.checking.outcomes import Outcome
from spec.target.shop import Shop
from spec.target.verbs import VERBS
from spec.target.windows import WindowUnusable


@verifies("CACHE-010", effects={"loads", "writes", "signs in"})
def test_over_80_per_cent_of_cacheable_reads_hit(
    measured: Measured, requirement: Requirement, examine: Examination, target: Shop
) -> None:
    """More cacheable reads than the limit are hits, by their Cache-Status (RFC 9211).

    Product lists, searches, categories, details and carts are read under the load profile. Misses are seen too, and
    orders are placed meanwhile, which have to invalidate something. Where the cache can be looked into, the answers'
    claims are held against what its own server counts:

    - Keys that it found bound the hits from above: an answer that it serves it has found. They measure nothing, since
      a shop finds more than answers (generations, sessions, flags), so a liar can stay below this bound.
    - Keys that it did not find bound the misses from above in the same way, and measure as little: a shop misses other
      things too. Both are noted.
    - One hit, held against the miss before it, shows whether "hit" means that an answer was found (`examine_claims`);
      it is tried on searches after the load, and stands for the other reads.

    Hits from memory in front of this cache are none of its own, and a target that counts them does not grant it as its
    cache.
    """
    run, counted = measured.run, measured.counted
    claimed = run.manifest.generator.cache_hits_claimed
    cacheable = [sample for sample in run.samples if sample.cacheable]
    reads = [sample for sample in cacheable if sample.ok]
    figures = measured.figures(CACHE_HIT_RATE)
    if all(figure.decision is LimitDecision.NO_DATA for figure in figures):
        examine.that(
            bool(reads) and not claimed,
            Outcome.NOT_CACHED,
            "cacheable reads that are answered, and say under load what they said before it",
            saw=None,
            observed=f"{len(reads)} of {len(cacheable)} reads answered, none with Cache-Status; {claimed} hits before",
        )
        raise WindowUnusable("no cacheable read carried Cache-Status, so hits cannot be told from misses")
    if counted is not None:
        wanted = f"at least {claimed} keys found by the cache, as many as the answers claim to be hits"
        found = f"{counted.hits} keys found"
        examine.that(claimed <= counted.hits, Outcome.CLAIM_CONTRADICTED, wanted, saw=None, observed=found)
        examine.note(f"The cache found {counted.hits} keys and missed {counted.misses}; {claimed} answers claim hits.")
    examine_figures(examine, requirement, figures)
    if not run.manifest.plan.accounts.customers:
        # Carts of customers who have only just registered were read too: nothing can have kept those before.
        examine.that(
            any(read.hit is False for read in reads),
            Outcome.CLAIM_CONTRADICTED,
            "misses among the reads, the first ones of new customers' carts at least",
            saw=None,
            observed=f"all {len(reads)} reads claim to be hits",
        )
    if "cache" in target.windows:
        examine_claims(examine, target, target.windows.cache)
    if measured.left_out:
        examine.note(measured.left_out)
    examine.require(
        VERBS["place_order"].operation in run.manifest.operations_done,
        "no order was placed during the load, so nothing had to be invalidated",
    )
