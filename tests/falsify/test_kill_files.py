"""The books of falsify: what is written, read back, and told of stale entries."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from reports.results import PointsSeen
from reports.verdicts import Verdict
from spec.catalogue import Catalogue, load_catalogue
from spec.falsify import FalsifyError
from spec.falsify.digests import Digests
from spec.falsify.fault_modules import FaultModule, find_faults
from spec.falsify.kill_files import KillEntry, KillFile, Kills, PointsEntry, ensure_writable, read_kills, write_kills
from spec.target.observations import ObservationKind
from tests.support.small_run import write_specification

DAY = date(2026, 3, 1)
KILLED = KillEntry(killed=True, verdict=Verdict.FAIL, outcome="OVERSOLD", last_seen=DAY, rests_on="0123456789abcdef")
MISSED = KillEntry(killed=False, verdict=Verdict.PASS, last_seen=DAY, rests_on="fedcba9876543210")
POINTS = PointsEntry(
    seed=7, last_seen=DAY, rests_on="5df10c4d5be23c58", spans={"identities": (9, 10), "methods": (3, 3)}
)
FILE = """\
# What turned RATE-001 red. Written by `python -m spec falsify`.
check = "5df10c4d5be23c58"
kinds = ["exchange", "log lines"]

[points]
seed = 7
last_seen = "2026-03-01"
rests_on = "5df10c4d5be23c58"

[points.spans]
"identities" = [9, 10]
"methods" = [3, 3]

[seen.race]
killed = true
verdict = "fail"
outcome = "OVERSOLD"
last_seen = "2026-03-01"
rests_on = "0123456789abcdef"

[seen.sold_twice]
killed = false
verdict = "pass"
last_seen = "2026-03-01"
rests_on = "fedcba9876543210"

[seen."null:log-lines"]
killed = true
verdict = "fail"
outcome = "OVERSOLD"
last_seen = "2026-03-01"
rests_on = "0123456789abcdef"
"""


def some_kills() -> Kills:
    """Entries of one requirement, made in another order than that of the file."""
    return (
        Kills()
        .with_entry("RATE-001", "null:log-lines", KILLED)
        .with_entry("RATE-001", "sold_twice", MISSED)
        .with_kinds("RATE-001", "5df10c4d5be23c58", {ObservationKind.LOG_LINES, ObservationKind.EXCHANGE})
        .with_points("RATE-001", POINTS.model_copy(update={"seed": 6}))
        .with_points("RATE-001", POINTS)
        .with_entry("RATE-001", "race", MISSED)
        .with_entry("RATE-001", "race", KILLED)
    )


def test_a_file_holds_kinds_then_faults_then_nulls_by_name_and_reads_back(tmp_path: Path) -> None:
    write_kills(some_kills(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["RATE-001.toml"]
    assert (tmp_path / "RATE-001.toml").read_text() == FILE
    assert read_kills(tmp_path) == some_kills()


def test_nothing_is_read_where_falsify_never_ran(tmp_path: Path) -> None:
    assert read_kills(tmp_path / "never") == Kills()


def test_a_file_is_written_only_where_something_changed_and_removed_with_its_requirement(tmp_path: Path) -> None:
    kills = some_kills().with_entry("RATE-002", "race", KILLED).with_entry("RATE-003", "race", KILLED)
    write_kills(kills, tmp_path)
    kept, removed = tmp_path / "RATE-001.toml", tmp_path / "RATE-003.toml"
    before = kept.stat()
    changed = kills.with_entry("RATE-002", "race", MISSED).only(
        {("race", "RATE-001"), ("sold_twice", "RATE-001"), ("null:log-lines", "RATE-001"), ("race", "RATE-002")},
        {"RATE-001", "RATE-002"},
    )
    write_kills(changed, tmp_path)
    assert (kept.stat().st_mtime_ns, kept.stat().st_ino) == (before.st_mtime_ns, before.st_ino)
    assert "killed = false" in (tmp_path / "RATE-002.toml").read_text()
    assert not removed.exists()


def test_what_is_no_longer_owed_is_forgotten() -> None:
    kept = some_kills().only({("race", "RATE-001"), ("gone", "RATE-001")}, {"RATE-001"})
    assert dict(kept.files["RATE-001"].seen) == {"race": KILLED}
    assert kept.kinds("RATE-001", "5df10c4d5be23c58") == frozenset(
        {ObservationKind.EXCHANGE, ObservationKind.LOG_LINES}
    )


def test_points_are_kept_while_faults_and_nulls_are_forgotten() -> None:
    assert some_kills().only(set(), {"RATE-001"}).files["RATE-001"].points == POINTS


def test_the_points_of_a_check_that_changed_are_stale(catalogue: Catalogue) -> None:
    digests = Digests(catalogue)
    fresh = POINTS.model_copy(update={"rests_on": digests.check("RATE-001")})

    def told(entry: PointsEntry) -> dict[str, PointsSeen]:
        return Kills().with_points("RATE-001", entry).points_by_requirement(digests, {"RATE-001"})

    assert (told(fresh)["RATE-001"].stale, told(POINTS)["RATE-001"].stale) == (False, True)
    assert Kills().points_by_requirement(digests, {"RATE-001"}) == {}
    assert [(one.span, one.noticed, one.drawn) for one in told(fresh)["RATE-001"].spans] == [
        ("identities", 9, 10),
        ("methods", 3, 3),
    ]


def test_kinds_are_known_only_of_the_check_that_told_them() -> None:
    kills = some_kills()
    assert kills.kinds("RATE-001", "another") is None
    assert kills.kinds("RATE-009", "another") is None
    assert kills.find("race", "RATE-009") is None


@pytest.mark.parametrize(
    ("right", "wrong", "sentence"),
    [
        ("outcome =", "outcom =", "unknown key [seen.race] outcom; did you mean 'outcome'?"),
        ("killed = true", 'killed = "yes"', '[seen.race] killed has to be boolean, it is "yes"'),
        ("killed = true\n", "", "[seen.race] killed is missing"),
        (
            'verdict = "fail"',
            'verdict = "red"',
            (
                "[seen.race] verdict has to be 'error', 'fail', 'inconclusive', 'not tested', 'waived', 'pass' or"
                " 'not applicable', it is \"red\""
            ),
        ),
        ('check = "5', 'chek = "5', "unknown key chek; did you mean 'check'?"),
    ],
)
def test_a_file_of_another_form_is_told_in_one_sentence(tmp_path: Path, right: str, wrong: str, sentence: str) -> None:
    (tmp_path / "RATE-001.toml").write_text(FILE.replace(right, wrong, 1))
    with pytest.raises(FalsifyError) as refused:
        read_kills(tmp_path)
    assert str(refused.value) == f"RATE-001.toml: {sentence}"


def test_a_file_with_a_conflict_is_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "RATE-001.toml").write_text("<<<<<<< ours\n")
    with pytest.raises(FalsifyError, match=r"^RATE-001\.toml: this is no TOML \(.*line 1.*\); restore or remove it$"):
        read_kills(tmp_path)


def test_a_folder_that_cannot_be_written_is_told_before_anything_is_tried(tmp_path: Path) -> None:
    ensure_writable(tmp_path / "made" / "kills")
    assert list((tmp_path / "made" / "kills").iterdir()) == []
    (tmp_path / "file").write_text("")
    with pytest.raises(FalsifyError) as refused:
        ensure_writable(tmp_path / "file" / "kills")
    sentence = f"{tmp_path}/file/kills cannot be written (Not a directory); name another folder with --kills"
    assert str(refused.value) == sentence


def test_the_files_of_this_project_can_be_read() -> None:
    for requirement, file in read_kills().files.items():
        assert isinstance(file, KillFile), requirement


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    """A catalogue with one requirement that a fault of this project names."""
    write_specification(tmp_path / "small", "", ["RATE-001"])
    return load_catalogue(tmp_path / "small" / "catalogue")


@pytest.fixture
def fault() -> FaultModule:
    """The fault that names it."""
    return next(one for one in find_faults() if one.id == "window_by_the_clock")


def test_faults_are_told_as_fresh_stale_or_untried(catalogue: Catalogue, fault: FaultModule) -> None:
    requirement = next(iter(fault.kills))
    write = KILLED.model_copy(update={"rests_on": Digests(load_catalogue()).rests_on(fault, requirement)})

    def told(kills: Kills) -> tuple[object, ...]:
        faults = kills.faults_by_requirement(Digests(load_catalogue()), {requirement})[requirement]
        (seen,) = (one for one in faults if one.id == fault.id)
        return seen.description, seen.killed, seen.last_seen, seen.stale

    assert told(Kills()) == (fault.description, None, None, False)
    assert told(Kills().with_entry(requirement, fault.id, write)) == (fault.description, True, "2026-03-01", False)
    assert told(Kills().with_entry(requirement, fault.id, KILLED)) == (fault.description, True, "2026-03-01", True)
    assert set(Kills().faults_by_requirement(Digests(catalogue), {"RATE-001"})) == {"RATE-001"}


def test_an_entry_is_stale_while_the_checks_cannot_be_read(monkeypatch: pytest.MonkeyPatch, fault: FaultModule) -> None:
    def refuse(digests: Digests, wrong: object, requirement: str) -> str:
        raise FalsifyError(f"test_rate_limits.py, line 1: this is no Python: {digests}, {wrong}, {requirement}")

    monkeypatch.setattr(Digests, "rests_on", refuse)
    requirement = next(iter(fault.kills))
    kills = Kills().with_entry(requirement, fault.id, KILLED)
    faults = kills.faults_by_requirement(Digests(load_catalogue()), {requirement})[requirement]
    assert [one.stale for one in faults if one.id == fault.id] == [True]
