"""Results that contradict themselves are written only once they are salvaged, and no verdict is better for it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from reports import results as model
from reports.exit_codes import ExitCode
from reports.judgement import judge
from reports.results import Evidence, ResultsError, find_contradictions, salvage_results, tally, write_results
from reports.verdicts import Verdict, combine
from tests.reports.samples import make_check, make_metric, make_requirement, make_results

if TYPE_CHECKING:
    from pathlib import Path

PASSED = make_requirement()
CONTRADICTIONS = {
    "Requirement RATE-004 occurs 2 times.": make_results([PASSED, PASSED]),
    "RATE-004 is 'pass' without a check.": make_results([make_requirement(checks=[])]),
    "RATE-004 is 'pass', better than its worst check.": make_results(
        [make_requirement(checks=[make_check(), make_check(Verdict.FAIL)])]
    ),
    "RATE-004 is out of scope and yet 'fail'.": make_results(
        [make_requirement(verdict=Verdict.FAIL, in_scope=False, reason_code="not claimed")]
    ),
    "RATE-004 is out of scope without a reason code.": make_results(
        [make_requirement(verdict=Verdict.NOT_TESTED, in_scope=False)]
    ),
    "RATE-004 has no check yet, and yet has checks or is in scope.": make_results(
        [make_requirement(verdict=Verdict.NOT_TESTED, reason_code="no check yet")]
    ),
    "RATE-004 is 'pass' although 'blocked' stands beside it.": make_results([make_requirement(reason_code="blocked")]),
    "spec/checks/rate/test_parallel.py::check passes with 2 of 3 examined.": make_results(
        [make_requirement(checks=[make_check(done=2)])]
    ),
    "spec/checks/rate/test_parallel.py::check passes with 0 of 0 examined.": make_results(
        [make_requirement(checks=[make_check(done=0, total=0)])]
    ),
    "The counts of verdicts are not those of the requirements in scope.": make_results([PASSED]).changed(
        verdict=tally([])
    ),
    "There are more requirements than the catalogue has.": make_results([PASSED]).changed(
        catalogue=model.CatalogueStamp(version="1", sha256="b" * 64, requirements=0)
    ),
    "Metric p95 is 'fail', worse than its requirement RATE-004.": make_results([PASSED]).changed(
        metrics=[make_metric(Verdict.FAIL)]
    ),
    "Metric p95 belongs to PERF-001, which is not among the requirements.": make_results([PASSED]).changed(
        metrics=[make_metric(requirement="PERF-001")]
    ),
    "Metric p95 is 'pass' without a measurement.": make_results([PASSED]).changed(metrics=[make_metric(n=0)]),
    "Metric p95 has an interval that ends before it begins.": make_results([PASSED]).changed(
        metrics=[make_metric(interval=(2.0, 1.0))]
    ),
    f"spec/checks/rate/test_parallel.py::check names evidence {'d' * 12} that is not there.": make_results(
        [make_requirement(checks=[make_check().changed(evidence=["d" * 64])])]
    ),
    f"Evidence {'d' * 12} needs either a path or inline text.": make_results().changed(
        evidence=[Evidence(sha256="d" * 64, kind="exchange", media_type="text/plain", bytes=0)]
    ),
    f"Evidence {'d' * 12} is not what its digest and size say.": make_results().changed(
        evidence=[Evidence(sha256="d" * 64, kind="exchange", media_type="text/plain", bytes=2, inline="no")]
    ),
    f"Evidence {'d' * 12} lies outside the folder of the run: '../../etc/passwd'.": make_results().changed(
        evidence=[Evidence(sha256="d" * 64, kind="exchange", media_type="text/plain", bytes=2, path="../../etc/passwd")]
    ),
    "Coverage of operations is 3 of 2.": make_results().changed(
        coverage=[model.Coverage(name="operations", done=3, total=2)]
    ),
    "The run finished before it started.": make_results().changed(
        run=make_results().run.changed(finished=datetime(2020, 1, 1, tzinfo=UTC))
    ),
}


@pytest.mark.parametrize("sentence", CONTRADICTIONS)
def test_what_contradicts_itself_can_be_salvaged_as_a_harness_error(tmp_path: Path, sentence: str) -> None:
    salvaged = salvage_results(CONTRADICTIONS[sentence])
    write_results(salvaged, tmp_path / "results.json")
    assert salvaged.run.ended is model.Ended.HARNESS_ERROR
    assert f"The harness contradicted itself: {sentence}" in salvaged.warnings


def test_salvaging_costs_no_other_verdict_and_makes_none_better() -> None:
    sound = make_requirement("FLOW-001", Verdict.FAIL)
    hollow = make_requirement("RATE-004", checks=[make_check(done=2)])
    results = make_results([sound, hollow])
    salvaged = salvage_results(results)
    assert salvaged.requirements[0] == sound
    assert salvaged.requirements[1].verdict is Verdict.ERROR
    assert salvaged.requirements[1].checks[0].verdict is Verdict.ERROR
    assert salvaged.verdict.counts[Verdict.PASS] == 0


def test_coherent_results_need_no_salvage() -> None:
    results = make_results([make_requirement()])
    assert salvage_results(results) is results


def test_figures_of_one_name_are_told_apart() -> None:
    results = make_results([make_requirement()]).changed(metrics=[make_metric(), make_metric()])
    assert [metric.id for metric in salvage_results(results).metrics] == ["p95", "p95 (2)"]


@pytest.mark.parametrize("sentence", CONTRADICTIONS)
def test_results_that_contradict_themselves_are_not_written(tmp_path: Path, sentence: str) -> None:
    with pytest.raises(ResultsError) as caught:
        write_results(CONTRADICTIONS[sentence], tmp_path / "results.json")
    assert str(caught.value).startswith(f"results.json: the results contradict themselves: {sentence}")
    assert list(tmp_path.iterdir()) == []


FAILED, UNEXAMINED = make_check(Verdict.FAIL, node="failed"), make_check(Verdict.NOT_TESTED, node="shut")


def test_a_failed_check_beside_one_that_may_not_run_makes_a_failed_requirement() -> None:
    verdict = combine([FAILED.verdict, Verdict.NOT_TESTED])
    requirement = make_requirement(verdict=verdict, reason_code="window shut", checks=[FAILED])
    results = make_results([requirement])
    assert verdict is Verdict.FAIL
    assert find_contradictions(results) == []
    assert judge(results, date(2026, 11, 23)).code is ExitCode.FAILED


@pytest.mark.parametrize("checks", [[FAILED], [FAILED, UNEXAMINED], [UNEXAMINED, FAILED]])
@pytest.mark.parametrize("in_scope", [True, False])
def test_salvaging_keeps_a_failure_that_was_seen(checks: list[model.CheckResult], in_scope: bool) -> None:
    untested = make_requirement(verdict=Verdict.NOT_TESTED, reason_code="window shut", in_scope=in_scope, checks=checks)
    salvaged = salvage_results(make_results([untested]))
    assert find_contradictions(salvaged) == []
    assert salvaged.requirements[0].verdict is Verdict.FAIL
    assert salvaged.run.ended is model.Ended.HARNESS_ERROR
    assert judge(salvaged, date(2026, 11, 23)).code is ExitCode.FAILED


def test_a_failure_beside_a_check_that_cannot_stand_is_an_error() -> None:
    hollow = make_requirement(verdict=Verdict.PASS, checks=[FAILED, make_check(done=2)])
    assert salvage_results(make_results([hollow])).requirements[0].verdict is Verdict.ERROR
