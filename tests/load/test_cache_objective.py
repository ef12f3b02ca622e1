"""CACHE-010 on made-up loads: what the answers claim, what the cache counted, and what has to have been seen."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import cast

import pytest

from load.load_figures import judge
from load.manifest import LoadRun, Look
from load.objectives import test_cache as objective
from load.objectives.measuring import LookUps, Measured
from load.samples import Sample
from reports.verdicts import Verdict
from spec.catalogue import Catalogue, load_catalogue
from spec.checking.examination import Examination
from spec.checking.judging import judge_completion
from spec.checking.outcomes import Blocked, Outcome, Violation
from spec.run.run_state import RunState
from spec.target.adapters import load_adapter
from spec.target.shop import Shop, Windows
from spec.target.verbs import ShopVerbs
from spec.target.windows import WindowUnusable
from tests.load.test_figures import LIMITS, WINDOW, make_samples
from tests.load.test_manifest import make_run

OPERATIONS = ("list products", "place order")


@dataclass(frozen=True)
class WithCatalogue:
    """As much of a run as the objective looks at."""

    catalogue: Catalogue


@dataclass(frozen=True)
class WithVerbs:
    """As much of a target as the objective looks at."""

    verbs: ShopVerbs
    windows: Windows = field(default_factory=Windows)


def make_load(samples: list[Sample], *, claimed: int, counted: int | None) -> Measured:
    """A complete load of these samples: so many hits by the answers' word, so many keys found by the cache's own."""
    run = make_run()
    manifest = replace(
        run.manifest,
        operations=OPERATIONS,
        looks=(Look(60.0, 0.05, judge(samples, WINDOW, LIMITS, OPERATIONS)),),
        generator=replace(run.manifest.generator, cache_hits_claimed=claimed),
    )
    return Measured(LoadRun(manifest, tuple(samples)), None if counted is None else LookUps(counted, 300))


def examined(measured: Measured) -> Examination:
    """What the objective makes of the load."""
    examine = Examination()
    run = cast(RunState, WithCatalogue(load_catalogue()))
    target = cast(Shop, WithVerbs(load_adapter()))
    objective.test_over_80_per_cent_of_cacheable_reads_hit(measured, examine, run, target)
    return examine


@pytest.mark.parametrize("counted", [None, 2700, 9999])
def test_nine_hits_in_ten_pass_when_the_cache_does_not_contradict(counted: int | None) -> None:
    examine = examined(make_load(make_samples(), claimed=2700, counted=counted))
    assert judge_completion(examine, exchanges=0).verdict is Verdict.PASS
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
    samples = [replace(sample, operation=0) for sample in make_samples()]
    with pytest.raises(Blocked, match="no order was placed"):
        examined(make_load(samples, claimed=2700, counted=None))
