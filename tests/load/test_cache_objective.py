"""CACHE-010 on made-up loads: claims of the answers, counts of the cache, and misses and orders among the samples."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import cast

import pytest

from load.figure_computation import compute_figures
from load.manifest import InterimLook, LoadRun
from load.objectives import test_cache as objective
from load.objectives.measuring import Measured
from load.samples import Sample
from reports.verdicts import Verdict
from spec.catalogue import load_catalogue
from spec.checking.examination import Examination
from spec.checking.judging import judge_completion
from spec.checking.outcomes import Blocked, Outcome, Violation
from spec.target.adapter_context import AdapterContext
from spec.target.adapters import load_adapter
from spec.target.profile.adapter_table import DEFAULT_ADAPTER
from spec.target.shop import Shop
from spec.target.verbs import ShopVerbs
from spec.target.windows import WindowUnusable
from spec.target.windows.cache_window import CacheCounts
from tests.load.plans import make_plan, parse_plan
from tests.load.test_figures import LIMITS, WINDOW, make_samples
from tests.load.test_manifest import make_run

OPERATIONS = ("list products", "place order")


@dataclass(frozen=True)
class WithVerbs:
    """As much of a target as the objective looks at."""

    verbs: ShopVerbs
    windows: frozenset[str] = frozenset()


def make_load(samples: list[Sample], *, claimed: int, counted: int | None, ordered: bool = True) -> Measured:
    """Make a complete load of these samples, with so many hits claimed, and so many keys found by the cache's count."""
    run = make_run()
    listing, opening = run.manifest.verbs
    verbs = (listing, opening.changed(operation="place order", failed=0 if ordered else opening.count))
    report = compute_figures(samples, WINDOW, LIMITS, OPERATIONS)
    manifest = run.manifest.changed(
        operations=OPERATIONS,
        verbs=verbs,
        looks=(InterimLook(seconds=60.0, alpha=0.05, **dict(report)),),
        generator=run.manifest.generator.changed(cache_hits_claimed=claimed),
    )
    counts = None if counted is None else CacheCounts(hits=counted, misses=300, keys=0, changes=0)
    return Measured(LoadRun(manifest, tuple(samples)), counts)


def examined(measured: Measured) -> Examination:
    """Examine the load by the objective."""
    requirement = load_catalogue().get("CACHE-010")
    examine = Examination(requirement)
    target = cast(Shop, WithVerbs(load_adapter(DEFAULT_ADAPTER, AdapterContext())))
    objective.test_over_80_per_cent_of_cacheable_reads_hit(measured, requirement, examine, target)
    return examine


@pytest.mark.parametrize("counted", [None, 2700, 9999])
def test_nine_hits_in_ten_pass_when_the_cache_does_not_contradict(counted: int | None) -> None:
    examine = examined(make_load(make_samples(), claimed=2700, counted=counted))
    assert judge_completion(examine, observations=0).verdict is Verdict.PASS
    assert examine.metrics[0].value == pytest.approx(90)


def test_more_hits_claimed_than_the_cache_served_are_a_contradiction() -> None:
    with pytest.raises(Violation) as violation:
        examined(make_load(make_samples(), claimed=2700, counted=2699))
    assert violation.value.outcome is Outcome.CLAIM_CONTRADICTED
    assert violation.value.observed == "2699 keys found"


def test_too_few_hits_are_a_violation() -> None:
    samples = [replace(sample, hit=sample.shopper % 10 < 7) for sample in make_samples()]
    with pytest.raises(Violation) as violation:
        examined(make_load(samples, claimed=2100, counted=None))
    assert violation.value.outcome is Outcome.LIMIT_MISSED
    assert violation.value.observed.startswith("Cache hit rate: 70 % [")


def test_answers_without_cache_status_are_a_window_that_is_shut() -> None:
    samples = [replace(sample, hit=None) for sample in make_samples()]
    with pytest.raises(WindowUnusable, match="no cacheable read carried Cache-Status"):
        examined(make_load(samples, claimed=0, counted=None))


def test_hits_without_a_single_miss_contradict_the_shops_own_claim() -> None:
    samples = [replace(sample, hit=True) for sample in make_samples()]
    with pytest.raises(Violation) as violation:
        examined(make_load(samples, claimed=3000, counted=None))
    assert violation.value.outcome is Outcome.CLAIM_CONTRADICTED
    assert violation.value.observed == "all 3000 reads claim to be hits"


def test_hits_while_nothing_was_ordered_prove_nothing() -> None:
    measured = make_load(make_samples(), claimed=2700, counted=None, ordered=False)
    with pytest.raises(Blocked, match="no order was placed"):
        examined(measured)


def test_customers_who_were_there_before_may_have_carts_in_the_cache() -> None:
    samples = [replace(sample, hit=True) for sample in make_samples()]
    measured = make_load(samples, claimed=3000, counted=None)
    plan = parse_plan(make_plan(accounts={"customers": [{"email": "a@b.example", "password": {"variable": "SECRET"}}]}))
    brought = LoadRun(measured.run.manifest.changed(plan=plan), measured.run.samples)
    assert judge_completion(examined(Measured(brought, None)), observations=0).verdict is Verdict.PASS


def test_what_the_target_does_not_offer_is_noted() -> None:
    notes = examined(make_load(make_samples(), claimed=2700, counted=None)).notes
    assert notes == ["The load went on without what the target does not offer: search products."]
