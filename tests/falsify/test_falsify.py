"""The command line of falsify, with a laboratory that only says what it would have seen."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from rich.console import Console

from reports.verdicts import Verdict
from spec.catalogue import Catalogue, load_catalogue
from spec.falsify import experiments as plan
from spec.falsify import falsify_command as commandline
from spec.falsify.digests import Digests
from spec.falsify.experiment_run import ExperimentFailed, Seen
from spec.falsify.experiments import Experiment
from spec.falsify.falsify_output import print_matrix
from spec.falsify.fault_files import find_faults
from spec.falsify.finding import Finding
from spec.falsify.kills import Kill, Kills, read_kills
from spec.falsify.nulls.null_answers import NullKind
from tests.support.small_project import write_project
from tests.support.small_run import write_specification

IDS = ("RATE-001", "RATE-002")
PASS = Seen(Verdict.PASS, (), "")
OVERSOLD = Seen(Verdict.FAIL, ("OVERSOLD",), "")


@dataclass
class Bench:
    """What the laboratory of a test sees, by experiment and requirement; everything else turns red as it has to."""

    kills: Path
    seen: dict[tuple[str, str], Seen] = field(default_factory=dict)
    untouched: dict[str, Seen] = field(default_factory=dict)
    broken: dict[str, str] = field(default_factory=dict)
    interrupted_after: int | None = None
    closed: int = 0

    def falsify(self, *arguments: str) -> int:
        """Run the command line."""
        return commandline.main([*arguments, "--kills", str(self.kills)])


class Laboratory:
    """In the place of the real one, which takes a shop and half a minute for each experiment."""

    bench: Bench

    def __init__(self, *, seed: int, document: Mapping[str, object], loading: Collection[str]) -> None:
        assert (seed, document, sorted(loading)) == (1, {}, ["RATE-011", "RATE-012"])

    def baseline(self, requirements: Iterable[str]) -> Mapping[str, Seen]:
        """The untouched shop."""
        if "untouched" in self.bench.broken:
            raise ExperimentFailed(self.bench.broken["untouched"])
        return {one: self.bench.untouched.get(one, PASS) for one in requirements}

    def run(self, experiments: Iterable[Experiment], jobs: int) -> Iterator[Finding]:
        """A finding for each, or an interruption on the way."""
        assert jobs > 0
        for count, one in enumerate(experiments):
            if count == self.bench.interrupted_after:
                raise KeyboardInterrupt
            if one.id in self.bench.broken:
                yield Finding(one, {}, self.bench.broken[one.id])
            else:
                seen = {
                    requirement: self.bench.seen.get((one.id, requirement), OVERSOLD)
                    for requirement in one.requirements
                }
                yield Finding(one, seen)

    def close(self) -> None:
        """It was told to end."""
        self.bench.closed += 1


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    """Two requirements with checks."""
    write_specification(tmp_path / "small", "", IDS)
    return load_catalogue(tmp_path / "small" / "catalogue")


@pytest.fixture
def bench(tmp_path: Path, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """The command line over a small project."""
    project = write_project(tmp_path / "project")
    bench = Bench(tmp_path / "kills.json")
    monkeypatch.setattr(Laboratory, "bench", bench, raising=False)
    for name, value in {
        "Laboratory": Laboratory,
        "load_catalogue": lambda: catalogue,
        "Digests": lambda catalogue: Digests(catalogue, project),
        "shop_document": dict,
        # The signals of the test run are not falsify's.
        "interrupt_on_signals": lambda: None,
        "interrupt_when_orphaned": lambda: None,
    }.items():
        monkeypatch.setattr(commandline, name, value)
    monkeypatch.setattr(plan, "find_faults", lambda: find_faults(project / "spec/falsify/shops"))
    return bench


def test_an_id_that_is_neither_fault_nor_requirement_is_refused(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bench.falsify("rice") == 2
    sentence = "falsify: there is no fault or requirement 'rice'; faults are the files of spec/falsify/shops\n"
    assert capsys.readouterr() == ("", sentence)


def test_a_file_of_kills_that_falsify_did_not_write_is_refused(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    bench.kills.write_text("{}")
    assert bench.falsify() == 2
    assert capsys.readouterr().err == (
        "falsify: kills.json: this is not what falsify writes ('kills'); restore or remove it\n"
    )


def test_everything_that_was_noticed_is_kept_and_not_tried_again(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    total = 1 + 2 * len(NullKind)
    assert bench.falsify() == 0
    kills = read_kills(bench.kills)
    assert len(kills.entries) == total * len(IDS)
    assert all(entry.killed for entry in kills.entries)
    first = capsys.readouterr().out.splitlines()
    assert f"[  1/{total}] ✓ race: 2 of 2 noticed (OVERSOLD)" in first
    assert first[-1] == f"{total} of {total} experiments run, 0 held before; everything wrong was noticed"
    assert bench.falsify() == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == f"0 of {total} experiments run, {total} held before; everything wrong was noticed"
    assert bench.closed == 1


@pytest.mark.parametrize(
    ("seen", "sentence"),
    [
        (PASS, "RATE-001 did not notice (pass: either the check does not look, or the fault changes nothing)"),
        (
            Seen(Verdict.FAIL, ("SERVER_ERROR",), ""),
            "RATE-001 turned red, but with SERVER_ERROR instead of OVERSOLD: the shop broke in another way",
        ),
        (
            Seen(Verdict.NOT_TESTED, (), "blocked by [FLOW-001]"),
            "RATE-001 did not notice (its shop was not examined: blocked by [FLOW-001])",
        ),
        (Seen(Verdict.ERROR, (), "it broke"), "RATE-001 did not notice (error: it broke)"),
    ],
)
def test_a_fault_that_was_not_noticed_as_it_should_be_is_reported(
    bench: Bench, capsys: pytest.CaptureFixture[str], seen: Seen, sentence: str
) -> None:
    bench.seen["race", "RATE-001"] = seen
    assert bench.falsify("race") == 1
    out = capsys.readouterr().out.splitlines()
    assert out[-2:] == [f"✗ race: {sentence}", "1 of 11 experiments run, 0 held before; 1 thing went wrong"]
    found = {one.requirement: (one.killed, one.verdict, one.outcome) for one in read_kills(bench.kills).entries}
    assert found == {
        "RATE-001": (False, str(seen.verdict), seen.outcomes[0] if seen.outcomes else None),
        "RATE-002": (True, "fail", "OVERSOLD"),
    }


def test_the_outcome_that_the_fault_names_is_kept_among_several(bench: Bench) -> None:
    bench.seen["race", "RATE-001"] = Seen(Verdict.FAIL, ("SERVER_ERROR", "OVERSOLD"), "")
    assert bench.falsify("race") == 0
    entry = read_kills(bench.kills).find("race", "RATE-001")
    assert entry is not None
    assert entry.outcome == "OVERSOLD"


def test_what_is_red_without_the_fault_too_is_no_kill(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    bench.untouched["RATE-002"] = Seen(Verdict.FAIL, ("UNDERSOLD",), "sold nothing")
    assert bench.falsify("race") == 1
    assert "✗ RATE-002 is fail on the untouched shop: sold nothing" in capsys.readouterr().out.splitlines()
    assert [one.killed for one in read_kills(bench.kills).entries] == [True, False]


def test_an_experiment_that_showed_nothing_keeps_nothing(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    bench.broken["race"] = "race.toml ended with exit code 2 and no results: it broke"
    assert bench.falsify("race") == 1
    assert f"✗ race: {bench.broken['race']}" in capsys.readouterr().out.splitlines()
    assert read_kills(bench.kills) == Kills()


def test_nothing_is_tried_where_the_untouched_shop_cannot_be_examined(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    bench.broken["untouched"] = "no port was free"
    assert bench.falsify("race") == 1
    assert "✗ the untouched shop could not be examined: no port was free" in capsys.readouterr().out.splitlines()
    assert (read_kills(bench.kills), bench.closed) == (Kills(), 1)


def test_an_interruption_keeps_what_was_seen_and_ends_the_laboratory(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    bench.interrupted_after = 1
    assert bench.falsify() == 130
    assert capsys.readouterr().out.splitlines()[-1] == "interrupted; what was seen so far is kept"
    assert [(one.fault, one.requirement) for one in read_kills(bench.kills).entries] == [("race", one) for one in IDS]
    assert bench.closed == 1


def test_a_check_without_a_fault_is_reported(bench: Bench, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "project/spec/falsify/shops/race.py"
    path.write_text(path.read_text().replace(', "RATE-002": ("OVERSOLD", "UNDERSOLD")', ""))
    assert bench.falsify("race") == 1
    assert "✗ RATE-002 has a check and no fault: nobody has seen it fail" in capsys.readouterr().out.splitlines()


def test_the_kill_matrix_shows_faults_by_name_and_counts_nulls(catalogue: Catalogue) -> None:
    def kill(fault: str, verdict: str = "fail") -> Kill:
        return Kill(fault, "RATE-001", verdict == "fail", verdict, None, "2026-03-01", "", "", "")

    kills = Kills(
        (
            kill("race"),
            kill("sold_twice", "pass"),
            kill("null:whole:echo", "not tested"),
            kill("null:whole:empty", "pass"),
            kill("null:proxied:echo"),
            kill("null:proxied:empty", "error"),
        )
    )

    def rows(shown: Collection[str] | None) -> list[list[str]]:
        console = Console(width=100, file=io.StringIO(), record=True)
        print_matrix(console, catalogue, kills, shown)
        lines = console.export_text().splitlines()
        return [[cell.strip() for cell in line.split("│")] for line in lines if "│" in line]

    assert rows(None) == [
        ["RATE-001", "✓ race", "1 of 2", "1 of 2"],
        ["", "✗ sold_twice", "", ""],
        ["RATE-002", "none", "0 of 0", "0 of 0"],
    ]
    assert rows({"RATE-002"}) == [["RATE-002", "none", "0 of 0", "0 of 0"]]
