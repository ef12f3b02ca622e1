"""Figures of a load on their way into the report, with the real catalogue and examination."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from load.load_figures import CACHE_HIT_RATE, ERROR_RATE, LATENCY, Figure, Statistic
from load.manifest import LoadEnd, LoadRun, NoUsableLoad, write_run
from load.objectives import measuring
from load.objectives import test_performance as performance
from load.objectives.measuring import Measured, measure
from load.objectives.objective_verdicts import describe, examine_figures, to_metric
from load.objectives.planning import REFERENCE_PLAN, name_headers
from load.samples import RequestOutcome
from load.statistics.decision import LimitDecision
from reports.verdicts import Verdict
from spec.catalogue import load_catalogue
from spec.checking.examination import Examination
from spec.checking.judging import judge_completion, judge_exception
from spec.checking.outcomes import Blocked, HarnessFault, Outcome, Undecided, Violation
from spec.target.adapters import AdapterError
from spec.target.profile.adapter_table import AdapterTable
from tests.load.plans import make_plan, parse_plan
from tests.load.processes import running_shop
from tests.load.test_manifest import make_run

CATALOGUE = load_catalogue()
CHECKS = {
    "PERF-001": performance.test_95_per_cent_of_answers_come_in_time_overall_and_for_each_operation,
    "PERF-002": performance.test_fewer_than_one_request_in_a_hundred_fails,
}


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


def make_measured(decision: LimitDecision, **changes: object) -> Measured:
    """Make a load of which each figure is decided alike."""
    run = make_run()
    [look] = run.manifest.looks
    figures = tuple(figure.changed(decision=decision, interval=(1.0, 2.0), value=1.5) for figure in look.figures)
    return Measured(LoadRun(run.manifest.changed(looks=(look.changed(figures=figures),), **changes), run.samples), None)


@pytest.mark.parametrize("identifier", ["PERF-001", "PERF-002"])
def test_the_reason_of_a_failure_says_what_was_wrong_with_the_answers(identifier: str) -> None:
    check = CHECKS[identifier]
    with pytest.raises(Violation) as violation:
        check(make_measured(LimitDecision.MISSED), CATALOGUE.get(identifier), Examination())
    assert violation.value.observed.endswith(" Failed: 3 x list: unexpected status (expected 200).")


BUSY = "beyond the limit, but the machine was busy with other things: 97 % of its cores before the first request"


def make_busy(outcome: RequestOutcome, count: int, before: float | None) -> Measured:
    """Make a load of 300 requests that missed its limits on a machine that was so busy before it began."""
    manifest = make_run().manifest
    generator = manifest.generator.changed(machine_share_before=before)
    failures = (manifest.failures[0].changed(outcome=outcome, count=count),)
    return make_measured(LimitDecision.MISSED, generator=generator, failures=failures)


@pytest.mark.parametrize(
    ("identifier", "outcome", "count"),
    [
        ("PERF-001", RequestOutcome.TIMEOUT, 300),
        ("PERF-001", RequestOutcome.STATUS, 14),
        ("PERF-002", RequestOutcome.UNANSWERED, 300),
        ("PERF-002", RequestOutcome.NO_ACCOUNT, 300),
        ("PERF-002", RequestOutcome.STATUS, 2),
    ],
)
def test_slowness_on_a_machine_that_was_busy_beforehand_decides_nothing(
    identifier: str, outcome: RequestOutcome, count: int
) -> None:
    examine = Examination(CATALOGUE.get(identifier))
    CHECKS[identifier](make_busy(outcome, count, 0.97), CATALOGUE.get(identifier), examine)
    assert {metric.verdict for metric in examine.metrics} == {Verdict.INCONCLUSIVE}
    verdict = judge_completion(examine, observations=0)
    assert (verdict.verdict, BUSY in str(verdict.reason)) == (Verdict.INCONCLUSIVE, True)


@pytest.mark.parametrize(
    ("identifier", "outcome", "count", "before"),
    [
        ("PERF-001", RequestOutcome.TIMEOUT, 300, 0.89),
        ("PERF-001", RequestOutcome.TIMEOUT, 300, None),
        ("PERF-001", RequestOutcome.STATUS, 15, 0.97),
        ("PERF-002", RequestOutcome.TIMEOUT, 300, 0.89),
        ("PERF-002", RequestOutcome.STATUS, 3, 0.97),
    ],
)
def test_what_no_other_work_of_the_machine_explains_fails(
    identifier: str, outcome: RequestOutcome, count: int, before: float | None
) -> None:
    with pytest.raises(Violation):
        CHECKS[identifier](make_busy(outcome, count, before), CATALOGUE.get(identifier), Examination())


def test_of_many_kinds_of_failure_five_are_shown_and_the_rest_counted() -> None:
    kind = make_run().manifest.failures[0]
    counts = {"a": 9, "b": 8, "c": 7, "d": 6, "e": 5, "f": 2, "g": 1}
    kinds = tuple(kind.changed(operation=name, count=count) for name, count in counts.items())
    told = performance.describe_failures(make_run().manifest.changed(failures=kinds))
    assert told.startswith("Failed: 9 x a: unexpected status (expected 200); 8 x b: ")
    assert told.endswith("5 x e: unexpected status (expected 200); 3 others.")
    assert performance.describe_failures(make_run().manifest.changed(failures=())) == ""


def test_a_load_in_time_tells_whole_verbs_and_what_was_left_out() -> None:
    examine = Examination(CATALOGUE.get("PERF-001"))
    CHECKS["PERF-001"](make_measured(LimitDecision.MET), CATALOGUE.get("PERF-001"), examine)
    assert examine.notes[1:] == [
        "To list takes 41 requests, as a whole 20 ms in the median and without end in the 95th percentile.",
        "The load went on without what the target does not offer: search products.",
    ]
    assert judge_completion(examine, observations=0).verdict is Verdict.PASS


def test_an_operation_of_which_no_whole_verb_was_right_leaves_the_response_time_open() -> None:
    verbs = tuple(verb.changed(failed=verb.count) for verb in make_run().manifest.verbs)
    examine = Examination(CATALOGUE.get("PERF-001"))
    CHECKS["PERF-001"](make_measured(LimitDecision.MET, verbs=verbs), CATALOGUE.get("PERF-001"), examine)
    verdict = judge_completion(examine, observations=0)
    assert (verdict.verdict, verdict.reason) == (
        Verdict.INCONCLUSIVE,
        "examined 0 of 2; not reached: list, open",
    )


def test_a_broken_adapter_is_told_as_such() -> None:
    verdict = judge_exception(AdapterError("the adapter raised KeyError"), CATALOGUE.get("PERF-001"))
    assert (verdict.verdict, verdict.reason, verdict.reason_code) == (
        Verdict.ERROR,
        "the adapter raised KeyError",
        "adapter broke",
    )


@pytest.mark.parametrize(
    ("ended", "expected"),
    [
        (LoadEnd.INVALID, HarnessFault),
        (LoadEnd.LATE, Undecided),
        (LoadEnd.INTERRUPTED, HarnessFault),
        (LoadEnd.UNPREPARED, Blocked),
        (LoadEnd.ADAPTER_BROKE, AdapterError),
    ],
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


def test_a_header_whose_value_stands_in_the_profile_reaches_the_target_and_no_file(tmp_path: Path) -> None:
    adapter, values = name_headers(AdapterTable(headers={"X-Tenant": "key-of-the-tenant"}))
    with running_shop(tenant="key-of-the-tenant") as shop:
        plan = parse_plan(make_plan(base_url=shop.url, adapter=adapter.model_dump(mode="json")))
        measured = measure(plan, tmp_path, cache=None, variables=values)
    assert measured.run.manifest.failures == ()
    written = sorted(file.name for file in tmp_path.iterdir())
    assert written == ["manifest.json", "plan.json", "samples.bin"]
    assert [name for name in written if b"key-of-the-tenant" in (tmp_path / name).read_bytes()] == []


def test_nothing_written_is_a_fault_of_the_harness(tmp_path: Path) -> None:
    with pytest.raises(HarnessFault, match=r"left no manifest\.json") as fault:
        measuring.read_complete(tmp_path, parse_plan(make_plan()))
    assert isinstance(fault.value.__cause__, NoUsableLoad)
