"""Results are written whole, validated both ways, and read back as they were."""

from __future__ import annotations

import json
import math
import subprocess
from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from reports import results as model
from reports.results import (
    Evidence,
    Metric,
    ResultsError,
    digest_of,
    find_tampering,
    inline_evidence,
    read_results,
    salvage_results,
    store_evidence,
    tally,
    write_results,
)
from reports.results.files import SCHEMA_PATH
from reports.verdicts import Verdict
from tests.reports.samples import make_check, make_requirement, make_results

if TYPE_CHECKING:
    from pathlib import Path

DEFINITIONS = {
    "run": model.Run,
    "previous": model.Previous,
    "target": model.Target,
    "harness": model.Harness,
    "host": model.Host,
    "catalogue": model.CatalogueStamp,
    "verdict_counts": model.VerdictCounts,
    "metric": model.Metric,
    "check": model.CheckResult,
    "fault": model.FaultSeen,
    "requirement": model.RequirementResult,
    "evidence": model.Evidence,
    "coverage": model.Coverage,
}


def make_metric(verdict: Verdict = Verdict.PASS, **changes: object) -> Metric:
    metric = Metric(
        id="p95",
        title="API response time",
        requirement="RATE-004",
        statistic="95th percentile",
        limit=0.2,
        limit_operator="<",
        value=0.1 + 0.2,
        interval=(0.1, math.inf),
        method="block bootstrap",
        n=1000,
        unit="s",
        verdict=verdict,
    )
    return replace(metric, **changes)  # type: ignore[arg-type]  # tests change any field


ADDED = {"requirement": {"title", "likely_fix", "digest"}}
"""Fields that results of version 1.0 do not have."""


@pytest.mark.parametrize("name", DEFINITIONS)
def test_the_schema_has_the_fields_of_the_model_and_no_others(name: str) -> None:
    definition = json.loads(SCHEMA_PATH.read_text())["$defs"][name]
    assert list(definition["properties"]) == [field.name for field in fields(DEFINITIONS[name])]
    assert definition["required"] == [field for field in definition["properties"] if field not in ADDED.get(name, ())]
    assert definition["additionalProperties"] is False


def test_the_schema_closes_the_outermost_object_too() -> None:
    schema = json.loads(SCHEMA_PATH.read_text())
    assert list(schema["properties"]) == [field.name for field in fields(model.Results)] == schema["required"]
    assert schema["additionalProperties"] is False


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    evidence = inline_evidence("HTTP/1.1 200 OK\n\n</script>\x00", kind="exchange")
    check = replace(make_check(Verdict.FAIL), evidence=[evidence.sha256], seed=2**70, example="[0]")
    results = replace(
        make_results([make_requirement(verdict=Verdict.FAIL, checks=[check])]),
        metrics=[make_metric(Verdict.INCONCLUSIVE)],
        evidence=[evidence],
        coverage=[model.Coverage("operations", 31, 32, ["DELETE /cart"])],
        warnings=["the clock stepped back"],
    )
    write_results(results, tmp_path / "results.json")
    assert read_results(tmp_path / "results.json") == results


def test_results_of_an_older_version_stay_readable(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    write_results(make_results([make_requirement()]), path)
    document = json.loads(path.read_text())
    for name in ADDED["requirement"]:
        del document["requirements"][0][name]
    path.write_text(json.dumps(document | {"schema_version": "1.0.0"}))
    assert read_results(path).requirements == [make_requirement()]


def test_figures_keep_their_full_precision(tmp_path: Path) -> None:
    results = replace(make_results([make_requirement()]), metrics=[make_metric()])
    write_results(results, tmp_path / "results.json")
    document = json.loads((tmp_path / "results.json").read_text())
    assert document["metrics"][0]["value"] == 0.30000000000000004
    assert document["metrics"][0]["interval"] == [0.1, "Infinity"]
    assert read_results(tmp_path / "results.json").metrics[0].interval == (0.1, math.inf)


def test_a_figure_that_is_no_number_is_refused(tmp_path: Path) -> None:
    results = replace(make_results([make_requirement()]), metrics=[make_metric(value=math.nan)])
    with pytest.raises(ResultsError, match="NaN"):
        write_results(results, tmp_path / "results.json")
    assert list(tmp_path.iterdir()) == []


def test_a_time_without_zone_is_refused(tmp_path: Path) -> None:
    results = make_results()
    naive = replace(results, run=replace(results.run, started=results.run.started.replace(tzinfo=None)))
    with pytest.raises(ResultsError, match="no time zone"):
        write_results(naive, tmp_path / "results.json")


def test_the_same_results_give_the_same_bytes(tmp_path: Path) -> None:
    write_results(make_results([make_requirement()]), tmp_path / "a" / "results.json")
    write_results(make_results([make_requirement()]), tmp_path / "b" / "results.json")
    assert digest_of(tmp_path / "a" / "results.json") == digest_of(tmp_path / "b" / "results.json")


def test_writing_leaves_nothing_but_results_and_sums(tmp_path: Path) -> None:
    write_results(make_results(), tmp_path / "results.json")
    write_results(make_results([make_requirement()]), tmp_path / "results.json")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["SHA256SUMS", "results.json"]


def test_results_that_break_the_schema_leave_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    write_results(make_results(), path)
    before = path.read_bytes()
    with pytest.raises(ResultsError, match=r"at \$\.requirements\[0\]\.id"):
        write_results(make_results([make_requirement("rate4")]), path)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{", "is not JSON"),
        (b"\xff", "is not JSON"),
        (b"{}", "do not follow the schema"),
        (b'{"schema_version": "2.0.0"}', "do not follow the schema"),
    ],
)
def test_what_is_no_results_file_is_refused_in_one_sentence(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "results.json").write_bytes(content)
    with pytest.raises(ResultsError, match=message):
        read_results(tmp_path / "results.json")


def test_a_missing_file_is_refused_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ResultsError, match="cannot be read: No such file or directory"):
        read_results(tmp_path / "results.json")


def test_an_unknown_field_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    write_results(make_results(), path)
    path.write_text(path.read_text().replace('"warnings"', '"score": 100, "warnings"'))
    with pytest.raises(ResultsError, match="score"):
        read_results(path)


def test_sums_name_results_and_evidence_and_coreutils_agree(tmp_path: Path) -> None:
    evidence = store_evidence(tmp_path, b"GET / HTTP/1.1\r\n", kind="exchange", media_type="application/octet-stream")
    check = replace(make_check(), evidence=[evidence.sha256])
    results = replace(make_results([make_requirement(checks=[check])]), evidence=[evidence])
    write_results(results, tmp_path / "results.json")
    assert find_tampering(tmp_path, ["results.json"]) == []
    completed = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert completed.stdout.splitlines() == [f"evidence/{evidence.sha256}: OK", "results.json: OK"]


def test_every_kind_of_tampering_is_named(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    assert find_tampering(tmp_path) == ["SHA256SUMS is missing."]
    write_results(make_results(), path)
    path.write_text(path.read_text() + " ")
    assert find_tampering(tmp_path) == ["results.json was changed after the run."]
    path.unlink()
    assert find_tampering(tmp_path) == ["results.json is missing."]
    (tmp_path / "SHA256SUMS").write_text("0" * 64 + "  ../other\n")
    assert find_tampering(tmp_path, ["results.json"]) == [
        f"SHA256SUMS has a line that is not a checksum: {'0' * 64 + '  ../other'!r}.",
        "results.json is not listed in SHA256SUMS.",
    ]


def test_evidence_that_was_not_stored_cannot_be_named(tmp_path: Path) -> None:
    evidence = Evidence("c" * 64, "exchange", "text/plain", 3, path="evidence/none")
    with pytest.raises(ResultsError, match="evidence/none does not exist"):
        write_results(replace(make_results(), evidence=[evidence]), tmp_path / "results.json")


def test_counting_names_every_verdict_and_leaves_out_what_is_out_of_scope() -> None:
    counted = tally(
        [
            make_requirement("RATE-001", Verdict.FAIL),
            make_requirement("RATE-002"),
            make_requirement("RATE-003", Verdict.NOT_TESTED, in_scope=False, reason_code="no check yet"),
        ]
    )
    assert list(counted.counts) == list(Verdict)
    assert {verdict: count for verdict, count in counted.counts.items() if count} == {Verdict.FAIL: 1, Verdict.PASS: 1}
    assert counted.sentence == "Of 2 requirements in scope, 1 fails, 1 passes."


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
    "The counts of verdicts are not those of the requirements in scope.": replace(
        make_results([PASSED]), verdict=tally([])
    ),
    "There are more requirements than the catalogue has.": replace(
        make_results([PASSED]), catalogue=model.CatalogueStamp("1", "b" * 64, 0)
    ),
    "Metric p95 is 'fail', worse than its requirement RATE-004.": replace(
        make_results([PASSED]), metrics=[make_metric(Verdict.FAIL)]
    ),
    "Metric p95 belongs to PERF-001, which is not among the requirements.": replace(
        make_results([PASSED]), metrics=[make_metric(requirement="PERF-001")]
    ),
    "Metric p95 is 'pass' without a measurement.": replace(make_results([PASSED]), metrics=[make_metric(n=0)]),
    "Metric p95 has an interval that ends before it begins.": replace(
        make_results([PASSED]), metrics=[make_metric(interval=(2.0, 1.0))]
    ),
    f"spec/checks/rate/test_parallel.py::check names evidence {'d' * 12} that is not there.": make_results(
        [make_requirement(checks=[replace(make_check(), evidence=["d" * 64])])]
    ),
    f"Evidence {'d' * 12} needs either a path or inline text.": replace(
        make_results(), evidence=[Evidence("d" * 64, "exchange", "text/plain", 0)]
    ),
    f"Evidence {'d' * 12} is not what its digest and size say.": replace(
        make_results(), evidence=[Evidence("d" * 64, "exchange", "text/plain", 2, inline="no")]
    ),
    f"Evidence {'d' * 12} lies outside the folder of the run: '../../etc/passwd'.": replace(
        make_results(), evidence=[Evidence("d" * 64, "exchange", "text/plain", 2, path="../../etc/passwd")]
    ),
    "Coverage of operations is 3 of 2.": replace(make_results(), coverage=[model.Coverage("operations", 3, 2)]),
    "The run finished before it started.": replace(
        make_results(), run=replace(make_results().run, finished=datetime(2020, 1, 1, tzinfo=UTC))
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
    results = replace(make_results([make_requirement()]), metrics=[make_metric(), make_metric()])
    assert [metric.id for metric in salvage_results(results).metrics] == ["p95", "p95 (2)"]


@pytest.mark.parametrize("sentence", CONTRADICTIONS)
def test_results_that_contradict_themselves_are_not_written(tmp_path: Path, sentence: str) -> None:
    with pytest.raises(ResultsError) as caught:
        write_results(CONTRADICTIONS[sentence], tmp_path / "results.json")
    assert str(caught.value).startswith(f"The results contradict themselves: {sentence}")
    assert list(tmp_path.iterdir()) == []
