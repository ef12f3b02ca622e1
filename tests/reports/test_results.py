"""Results are written whole, validated both ways, and read back as they were."""

from __future__ import annotations

import json
import math
import os
import stat
import subprocess
import time
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from reports import results as model
from reports.results import (
    Evidence,
    ResultsError,
    TamperingError,
    digest_of,
    find_tampering,
    inline_evidence,
    read_evidence,
    read_results,
    store_evidence,
    tally,
    write_atomically,
    write_results,
)
from reports.verdicts import Verdict
from tests.reports.samples import make_check, make_metric, make_requirement, make_results


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    evidence = inline_evidence("HTTP/1.1 200 OK\n\n</script>\x00", kind="exchange")
    check = make_check(Verdict.FAIL).changed(evidence=[evidence.sha256], seed=2**70, example="[0]")
    results = make_results([make_requirement(verdict=Verdict.FAIL, checks=[check])]).changed(
        metrics=[make_metric(Verdict.INCONCLUSIVE)],
        evidence=[evidence],
        coverage=[model.Coverage(name="operations", done=31, total=32, missing=["DELETE /cart"])],
        warnings=["the clock stepped back"],
    )
    write_results(results, tmp_path / "results.json")
    assert read_results(tmp_path / "results.json") == results


def test_what_a_later_version_added_may_be_missing(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    write_results(make_results([make_requirement()]), path)
    document = json.loads(path.read_text())
    for name in ("title", "likely_fix", "digest", "spans"):
        del document["requirements"][0][name]
    path.write_text(json.dumps(document))
    assert read_results(path).requirements == [make_requirement()]


def test_figures_keep_their_full_precision(tmp_path: Path) -> None:
    results = make_results([make_requirement()]).changed(metrics=[make_metric()])
    write_results(results, tmp_path / "results.json")
    document = json.loads((tmp_path / "results.json").read_text())
    assert document["metrics"][0]["value"] == 0.30000000000000004
    assert document["metrics"][0]["interval"] == [0.1, "Infinity"]
    assert read_results(tmp_path / "results.json").metrics[0].interval == (0.1, math.inf)


def test_a_figure_that_is_no_number_is_refused() -> None:
    with pytest.raises(ValidationError, match="has to be a number or an infinity, it is NaN"):
        make_metric(value=math.nan)


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(ValidationError, match="should have timezone info"):
        make_results().run.changed(started=datetime(2026, 11, 23))  # noqa: DTZ001 - the zone is what is missing


def test_times_are_kept_in_utc(tmp_path: Path) -> None:
    results = make_results()
    there = timezone(timedelta(hours=-2))
    write_results(
        results.changed(run=results.run.changed(started=datetime(2026, 11, 23, 19, 30, 0, 1, there))),
        tmp_path / "results.json",
    )
    assert json.loads((tmp_path / "results.json").read_text())["run"]["started"] == "2026-11-23T21:30:00.000001Z"
    assert read_results(tmp_path / "results.json").run.started == datetime(2026, 11, 23, 21, 30, 0, 1, UTC)


def test_a_lone_surrogate_of_a_target_is_written_out(tmp_path: Path) -> None:
    evidence = inline_evidence("name: \ud800", kind="exchange")
    check = make_check(Verdict.FAIL).changed(observed="name \udfff, name é😀", evidence=[evidence.sha256])
    results = make_results([make_requirement(verdict=Verdict.FAIL, checks=[check])]).changed(evidence=[evidence])
    write_results(results, tmp_path / "results.json")
    read = read_results(tmp_path / "results.json")
    assert read == results
    assert read.requirements[0].checks[0].observed == r"name \udfff, name é😀"
    assert read.evidence[0].inline == r"name: \ud800"


def test_the_same_results_give_the_same_bytes(tmp_path: Path) -> None:
    write_results(make_results([make_requirement()]), tmp_path / "a" / "results.json")
    write_results(make_results([make_requirement()]), tmp_path / "b" / "results.json")
    assert digest_of(tmp_path / "a" / "results.json") == digest_of(tmp_path / "b" / "results.json")


def test_writing_leaves_nothing_but_results_and_sums(tmp_path: Path) -> None:
    write_results(make_results(), tmp_path / "results.json")
    write_results(make_results([make_requirement()]), tmp_path / "results.json")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["SHA256SUMS", "results.json"]


@pytest.mark.parametrize("mode", [0o600, 0o644])
def test_a_file_has_its_permissions_before_it_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: int
) -> None:
    named: list[int] = []

    def name(self: Path, path: Path) -> Path:
        named.append(stat.S_IMODE(self.stat().st_mode))
        os.replace(self, path)  # noqa: PTH105 - the method itself is what is watched
        return path

    monkeypatch.setattr(Path, "replace", name)
    write_atomically(tmp_path / "file", b"content", mode=mode)
    assert named == [mode]
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == mode


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        (
            {"host": make_results().host.model_copy(update={"cpus": -1})},
            r"\[host\] cpus has to be greater than or equal",
        ),
        (
            {"metrics": [make_metric().model_copy(update={"limit": math.nan})]},
            r"\[metrics.0\] limit has to be a number",
        ),
        ({"warnings": [7]}, r"warnings\[0\] has to be text, it is 7"),
    ],
)
def test_results_that_do_not_fit_the_model_leave_the_old_file(
    tmp_path: Path, wrong: dict[str, Any], place: str
) -> None:
    path = tmp_path / "results.json"
    results = make_results([make_requirement()])
    write_results(results, path)
    before = path.read_bytes()
    with pytest.raises(ResultsError, match=f"results.json: {place}"):
        write_results(results.model_copy(update=wrong), path)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"{", "it is not JSON (EOF while parsing an object at line 1 column 1)"),
        (b'"\xff"', "it is not JSON (invalid unicode code point at line 1 column 2)"),
        (b"[]", "the content has to be an object, it is []"),
        (b"{}", "schema_version is missing"),
        (
            b'{"schema_version": "1.1.0"}',
            'schema_version has to be text of the form ^2\\.[0-9]+\\.[0-9]+$, it is "1.1.0"',
        ),
    ],
)
def test_a_file_that_holds_no_results_is_refused_in_one_sentence(tmp_path: Path, content: bytes, sentence: str) -> None:
    (tmp_path / "results.json").write_bytes(content)
    with pytest.raises(ResultsError) as caught:
        read_results(tmp_path / "results.json")
    assert str(caught.value) == f"{tmp_path}/results.json: {sentence}"


ENDS = "'complete', 'interrupted', 'unreachable', 'adapter broke' or 'harness error'"
ID = "^[A-Z]+-[0-9]{3}$"
MORE = "the results contradict themselves: There are more requirements than the catalogue has."


def spoil(document: Any, place: list[str | int], value: object) -> None:
    *above, last = place
    for key in above:
        document = document[key]
    document[last] = value


@pytest.mark.parametrize(
    ("place", "value", "sentence"),
    [
        (["run", "endet"], "", "unknown key [run] endet; did you mean 'ended'?"),
        (["run", "ended"], "crashed", f'[run] ended has to be {ENDS}, it is "crashed"'),
        (["run", "started"], "2026-11-23T21:30", '[run] started has to have timezone info, it is "2026-11-23T21:30"'),
        (["requirements", 0, "id"], "rate4", f'[requirements.0] id has to be text of the form {ID}, it is "rate4"'),
        (["requirements", 0, "checks", 0, "done"], "3", '[requirements.0.checks.0] done has to be integer, it is "3"'),
        (["metrics", 0, "limit"], "much", '[metrics.0] limit has to be number, it is "much"'),
        (["catalogue", "requirements"], 0, MORE),
    ],
)
def test_a_wrong_value_is_named_with_file_and_place(
    tmp_path: Path, place: list[str | int], value: object, sentence: str
) -> None:
    path = tmp_path / "results.json"
    write_results(make_results([make_requirement()]).changed(metrics=[make_metric()]), path)
    document = json.loads(path.read_text())
    spoil(document, place, value)
    path.write_text(json.dumps(document))
    with pytest.raises(ResultsError) as caught:
        read_results(path)
    assert str(caught.value) == f"{path}: {sentence}"


def test_a_missing_file_is_refused_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ResultsError, match=r"results.json: it cannot be read \(No such file or directory\)"):
        read_results(tmp_path / "results.json")


def test_sums_name_results_and_evidence_and_coreutils_agree(tmp_path: Path) -> None:
    evidence = store_evidence(tmp_path, b"GET / HTTP/1.1\r\n", kind="exchange", media_type="message/http")
    check = make_check().changed(evidence=[evidence.sha256])
    results = make_results([make_requirement(checks=[check])]).changed(evidence=[evidence])
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
    evidence = Evidence(sha256="c" * 64, kind="exchange", media_type="text/plain", bytes=3, path="evidence/none")
    with pytest.raises(ResultsError, match="evidence/none is missing"):
        write_results(make_results().changed(evidence=[evidence]), tmp_path / "results.json")


@pytest.mark.parametrize("link", ["evidence/0", "evidence"])
def test_a_link_out_of_the_folder_is_not_followed_whatever_its_digest(tmp_path: Path, link: str) -> None:
    folder, elsewhere = tmp_path / "run", tmp_path / "elsewhere"
    (folder / link).parent.mkdir(parents=True)
    (elsewhere / "0").parent.mkdir()
    (elsewhere / "0").write_bytes(b"a secret of whoever reads the report")
    (folder / link).symlink_to(elsewhere / "0" if link == "evidence/0" else elsewhere)
    digest = digest_of(elsewhere / "0")
    evidence = Evidence(sha256=digest, kind="exchange", media_type="text/plain", bytes=36, path="evidence/0")
    said = "evidence/0 is a link that leads out of the run's folder."
    with pytest.raises(TamperingError) as refused:
        read_evidence(folder, evidence)
    assert str(refused.value) == said
    (folder / "SHA256SUMS").write_text(f"{digest}  evidence/0\n")
    assert find_tampering(folder) == [said]


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


def test_evidence_that_is_not_what_its_digest_says_cannot_be_named(tmp_path: Path) -> None:
    evidence = store_evidence(tmp_path, b"\x89PNG", kind="page", media_type="image/png")
    assert evidence.path is not None
    (tmp_path / evidence.path).write_bytes(b"another")
    with pytest.raises(ResultsError, match=f"{evidence.path} is not what the results say"):
        write_results(make_results().changed(evidence=[evidence]), tmp_path / "results.json")


@pytest.mark.parametrize(
    ("media_type", "ending"), [("image/png", ".png"), ("text/plain; charset=utf-8", ".txt"), ("message/http", "")]
)
def test_a_stored_file_is_named_by_its_digest_and_kept_whole(tmp_path: Path, media_type: str, ending: str) -> None:
    kept = [store_evidence(tmp_path, b"\x89PNG", kind="page", media_type=media_type, summary="GET /") for _ in range(2)]
    digest = sha256(b"\x89PNG").hexdigest()
    assert kept[0] == kept[1]
    assert kept[0].path == f"evidence/{digest}{ending}"
    assert [path.name for path in (tmp_path / "evidence").iterdir()] == [f"{digest}{ending}"]
    assert read_evidence(tmp_path, kept[0]) == b"\x89PNG"


@pytest.mark.parametrize(("summary", "label"), [("GET /", "GET /"), ("", "page")])
def test_evidence_goes_by_its_summary_else_by_its_kind(summary: str, label: str) -> None:
    assert inline_evidence("", kind="page", summary=summary).label == label


def test_a_field_of_an_older_format_is_refused_with_those_of_this_one(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    write_results(make_results([make_requirement()]), path)
    path.write_text(path.read_text().replace('"reproduce"', '"curl"'))
    with pytest.raises(ResultsError, match=r"unknown key \[requirements\.0\.checks\.0\] curl; known are .*reproduce"):
        read_results(path)


def test_two_hundred_requirements_with_two_thousand_pieces_of_evidence_are_read_in_a_moment(tmp_path: Path) -> None:
    evidence = [inline_evidence(f"GET /{number} HTTP/1.1\n" + "x" * 2000, kind="exchange") for number in range(2000)]
    digests = [item.sha256 for item in evidence]
    requirements = [
        make_requirement(f"RATE-{number:03}", checks=[make_check().changed(evidence=digests[number * 10 :][:10])])
        for number in range(200)
    ]
    write_results(make_results(requirements).changed(evidence=evidence), tmp_path / "results.json")
    # Of this process alone, so that a busy machine changes nothing.
    before = time.process_time()
    read = read_results(tmp_path / "results.json")
    assert time.process_time() - before < 0.5
    assert len(read.evidence) == 2000
