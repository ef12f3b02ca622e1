"""Figures of a load on their way into the report, with the real catalogue and examination."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from load.load_figures import CACHE_HIT_RATE, ERROR_RATE, LATENCY, Figure, Statistic
from load.manifest import LoadEnd, LoadRun, NoUsableLoad, write_run
from load.objectives import measuring
from load.objectives.measuring import measure
from load.objectives.objective_verdicts import describe, examine_figures, to_metric
from load.objectives.planning import REFERENCE_PLAN
from load.statistics.decision import LimitDecision
from reports.verdicts import Verdict
from spec.catalogue import load_catalogue
from spec.checking.examination import Examination
from spec.checking.judging import judge_completion
from spec.checking.outcomes import Blocked, HarnessFault, Outcome, Violation
from tests.load.plans import make_plan, parse_plan
from tests.load.test_manifest import make_run

CATALOGUE = load_catalogue()


def make_figure(statistic: Statistic, decision: LimitDecision, *, operation: str | None = None) -> Figure:
    """Make a figure with plausible numbers."""
    latency = statistic == LATENCY
    limits = {LATENCY: 200.0, ERROR_RATE: 0.01, CACHE_HIT_RATE: 0.8}
    return Figure(
        statistic=statistic,
        operation=operation,
        operator=">" if statistic == CACHE_HIT_RATE else "<",
        limit=limits[statistic],
        unit="ms" if latency else "share",
        value=150.0 if latency else 0.005,
        interval=(120.0, math.inf) if latency else (0.001, 0.009),
        n=1000,
        events=5,
        method="m",
        decision=decision,
    )


@pytest.mark.parametrize(
    ("decision", "verdict"),
    [
        (LimitDecision.MET, Verdict.PASS),
        (LimitDecision.MISSED, Verdict.FAIL),
        (LimitDecision.UNDECIDED, Verdict.INCONCLUSIVE),
        (LimitDecision.NO_DATA, Verdict.INCONCLUSIVE),
    ],
)
def test_each_decision_has_its_verdict(decision: LimitDecision, verdict: Verdict) -> None:
    assert to_metric(make_figure(LATENCY, decision), CATALOGUE.get("PERF-001")).verdict is verdict


def test_a_rate_is_told_in_the_catalogues_unit() -> None:
    metric = to_metric(make_figure(ERROR_RATE, LimitDecision.MET), CATALOGUE.get("PERF-002"))
    assert (metric.value, metric.unit, metric.limit, metric.limit_operator) == (0.5, "%", 1, "<")
    assert metric.interval == pytest.approx((0.1, 0.9))


def test_an_operation_is_part_of_the_metrics_name() -> None:
    figure = make_figure(LATENCY, LimitDecision.MET, operation="place order")
    metric = to_metric(figure, CATALOGUE.get("PERF-001"))
    assert metric.id == "PERF-001/p95/place order"
    assert describe(metric) == "API response time, 95th percentile: place order: 150 ms [120, inf], n = 1000"


def test_a_figure_judged_by_another_limit_is_a_fault_of_the_harness() -> None:
    figure = make_figure(LATENCY, LimitDecision.MET).changed(limit=400.0)
    with pytest.raises(HarnessFault, match=r"judged by < 400\.0, PERF-001 says p95 < 200 ms"):
        to_metric(figure, CATALOGUE.get("PERF-001"))


def test_a_figure_in_another_unit_is_a_fault_of_the_harness() -> None:
    with pytest.raises(HarnessFault, match="no limit in share"):
        to_metric(make_figure(ERROR_RATE, LimitDecision.MET), CATALOGUE.get("PERF-001"))


def test_one_missed_operation_fails_however_many_are_undecided() -> None:
    requirement, examine = CATALOGUE.get("PERF-001"), Examination()
    figures = [
        make_figure(LATENCY, LimitDecision.UNDECIDED, operation="list"),
        make_figure(LATENCY, LimitDecision.MISSED, operation="open"),
    ]
    with pytest.raises(Violation) as violation:
        examine_figures(examine, requirement, figures, "The machine was busy.")
    assert violation.value.outcome is Outcome.LIMIT_MISSED
    assert violation.value.expected == "p95 < 200 ms"
    assert violation.value.observed.endswith("open: 150 ms [120, inf], n = 1000. The machine was busy.")
    assert len(examine.metrics) == 2


def test_an_undecided_operation_keeps_the_whole_from_passing() -> None:
    requirement, examine = CATALOGUE.get("PERF-001"), Examination()
    figures = [make_figure(LATENCY, LimitDecision.MET), make_figure(LATENCY, LimitDecision.UNDECIDED, operation="open")]
    examine_figures(examine, requirement, figures)
    assert judge_completion(examine, observations=0).verdict is Verdict.INCONCLUSIVE


def test_the_reference_plan_and_the_catalogue_agree_on_the_limits() -> None:
    limits = json.loads(REFERENCE_PLAN.read_bytes())["limits"]
    assert limits["p95_milliseconds"] == CATALOGUE.get("PERF-001").limit
    assert limits["error_rate"] * 100 == CATALOGUE.get("PERF-002").limit
    assert limits["cache_hit_rate"] * 100 == CATALOGUE.get("CACHE-010").limit


@pytest.mark.parametrize(
    ("ended", "expected"),
    [(LoadEnd.INVALID, HarnessFault), (LoadEnd.INTERRUPTED, HarnessFault), (LoadEnd.UNPREPARED, Blocked)],
)
def test_a_load_that_is_not_complete_is_never_a_pass(tmp_path: Path, ended: LoadEnd, expected: type[Exception]) -> None:
    run = make_run()
    write_run(tmp_path, LoadRun(run.manifest.changed(ended=ended, reason="why"), run.samples))
    with pytest.raises(expected, match="why"):
        measuring.read_complete(tmp_path, parse_plan(make_plan()))


def test_a_complete_load_is_read(tmp_path: Path) -> None:
    write_run(tmp_path, make_run())
    assert measuring.read_complete(tmp_path, parse_plan(make_plan())) == make_run()


def test_a_load_by_another_plan_is_a_fault_of_the_harness(tmp_path: Path) -> None:
    write_run(tmp_path, make_run())
    with pytest.raises(HarnessFault, match="not the one that was planned"):
        measuring.read_complete(tmp_path, parse_plan(make_plan(seed=99)))


def test_a_load_without_a_look_is_a_fault_of_the_harness(tmp_path: Path) -> None:
    run = make_run()
    write_run(tmp_path, LoadRun(run.manifest.changed(looks=()), run.samples))
    with pytest.raises(HarnessFault, match="without a look"):
        measuring.read_complete(tmp_path, parse_plan(make_plan()))


def test_a_load_on_a_target_that_is_not_there_blocks_what_depends_on_it(tmp_path: Path) -> None:
    plan = parse_plan(make_plan(base_url="http://127.0.0.1:1"))
    with pytest.raises(Blocked, match="connection refused"):
        measure(plan, tmp_path, cache=None)


def test_nothing_written_is_a_fault_of_the_harness(tmp_path: Path) -> None:
    with pytest.raises(HarnessFault, match=r"left no manifest\.json") as fault:
        measuring.read_complete(tmp_path, parse_plan(make_plan()))
    assert isinstance(fault.value.__cause__, NoUsableLoad)
