"""Lines that falsify prints: everything that was not as it should be, the kill matrix, and the time that is left."""

from __future__ import annotations

import io
from collections.abc import Collection
from datetime import date

import pytest
from rich.console import Console

from reports.verdicts import Verdict
from spec.catalogue import Catalogue
from spec.falsify.experiments import Experiment, ExperimentVerdict
from spec.falsify.falsify_output import print_matrix, time_left
from spec.falsify.fault_modules import FaultModule
from spec.falsify.kill_files import KillEntry, Kills, PointsEntry
from tests.falsify.conftest import IDS, PASS, QUERY, RACE, Bench, entries


def test_a_kind_that_is_nulled_has_to_turn_its_requirement_red(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    bench.untouched["RATE-001"] = ExperimentVerdict(Verdict.PASS, kinds=frozenset({QUERY}))
    bench.seen["null:query", "RATE-001"] = ExperimentVerdict(Verdict.INCONCLUSIVE, reason="no rows")
    assert bench.falsify() == 1
    assert "✗ null:query: RATE-001 did not notice (inconclusive: no rows)" in capsys.readouterr().out.splitlines()


def test_a_requirement_that_examines_nothing_is_told_in_one_sentence(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    bench.untouched["RATE-002"] = ExperimentVerdict(Verdict.PASS)
    assert bench.falsify() == 1
    sentence = "✗ RATE-002 passes without an observation that could be nulled"
    assert sentence in capsys.readouterr().out.splitlines()
    assert {requirement for one in bench.tried if "whole" not in one.id for requirement in one.requirements} == set(IDS)
    assert {name for one in bench.tried if one.id.startswith("null:exchange") for name in one.requirements} == {
        "RATE-001"
    }


@pytest.mark.parametrize(
    ("seen", "sentence"),
    [
        (PASS, "RATE-001 did not notice (pass: either the check does not look, or the fault changes nothing)"),
        (
            ExperimentVerdict(Verdict.FAIL, ("SERVER_ERROR",)),
            "RATE-001 turned red, but with SERVER_ERROR instead of OVERSOLD: the shop broke in another way",
        ),
        (
            ExperimentVerdict(Verdict.NOT_TESTED, reason="blocked by [FLOW-001]"),
            "RATE-001 did not notice (its shop was not examined: blocked by [FLOW-001])",
        ),
        (ExperimentVerdict(Verdict.ERROR, reason="it broke"), "RATE-001 did not notice (error: it broke)"),
    ],
)
def test_a_fault_that_was_not_noticed_as_it_should_be_is_reported(
    bench: Bench, capsys: pytest.CaptureFixture[str], seen: ExperimentVerdict, sentence: str
) -> None:
    bench.seen["race", "RATE-001"] = seen
    assert bench.falsify("race") == 1
    out = capsys.readouterr().out.splitlines()
    assert out[-2:] == [f"✗ race: {sentence}", "1 experiment run, 0 held before; 1 thing went wrong"]
    found = {name: (entry.killed, entry.verdict, entry.outcome) for (_, name), entry in entries(bench).items()}
    assert found == {
        "RATE-001": (False, seen.verdict, seen.outcomes[0] if seen.outcomes else None),
        "RATE-002": (True, Verdict.FAIL, "OVERSOLD"),
    }


def test_what_is_red_without_the_fault_too_is_not_tried(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    bench.untouched["RATE-002"] = ExperimentVerdict(Verdict.FAIL, ("UNDERSOLD",), "sold nothing")
    assert bench.falsify("race") == 1
    assert "✗ RATE-002 is fail on the untouched shop: sold nothing" in capsys.readouterr().out.splitlines()
    assert bench.tried == [Experiment(RACE, ("RATE-001",))]
    assert entries(bench).keys() == {("race", "RATE-001")}


def test_what_this_machine_cannot_examine_is_listed_and_fails_nothing(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    absent = ExperimentVerdict(Verdict.NOT_TESTED, reason="there is no browser", in_scope=False)
    bench.untouched["RATE-002"] = absent
    assert bench.falsify() == 0
    assert "  RATE-002 cannot be examined here: there is no browser" in capsys.readouterr().out.splitlines()
    assert {requirement for one in bench.tried for requirement in one.requirements} == {"RATE-001"}


def test_an_experiment_that_showed_nothing_keeps_nothing(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    bench.broken["race"] = "race.toml ended with exit code 2 and no results: it broke"
    assert bench.falsify("race") == 1
    assert f"✗ race: {bench.broken['race']}" in capsys.readouterr().out.splitlines()
    assert entries(bench) == {}


def test_nothing_is_tried_where_the_untouched_shop_cannot_be_examined(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    bench.broken["untouched"] = "no port was free"
    assert bench.falsify("race") == 1
    assert "✗ the untouched shop could not be examined: no port was free" in capsys.readouterr().out.splitlines()
    assert (bench.tried, entries(bench), bench.closed) == ([], {}, 1)


def test_a_check_without_a_fault_is_reported(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    bench.faults = [FaultModule("race", "shops.race", "Wrong.", {"RATE-001": RACE.outcomes["RATE-001"]})]
    assert bench.falsify("race") == 1
    assert "✗ RATE-002 has a check and no fault: it was never seen to fail" in capsys.readouterr().out.splitlines()


def test_the_kill_matrix_shows_faults_by_name_and_counts_nulls_by_kind(catalogue: Catalogue) -> None:
    kills = Kills()
    for wrong, killed in {
        "race": True,
        "sold_twice": False,
        "null:whole:echo": True,
        "null:whole:empty-404": False,
        "null:exchange:echo": True,
        "null:log-lines": True,
    }.items():
        verdict = Verdict.FAIL if killed else Verdict.PASS
        entry = KillEntry(killed=killed, verdict=verdict, last_seen=date(2026, 3, 1), rests_on="")
        kills = kills.with_entry("RATE-001", wrong, entry)
    spans = {"methods": (3, 3), "versions": (1, 2)}
    kills = kills.with_points("RATE-001", PointsEntry(seed=1, last_seen=date(2026, 3, 1), rests_on="", spans=spans))

    def rows(shown: Collection[str] | None) -> list[list[str]]:
        console = Console(width=100, file=io.StringIO(), record=True)
        print_matrix(console, catalogue, kills, shown)
        lines = console.export_text().splitlines()
        return [[cell.strip() for cell in line.split("│")] for line in lines if "│" in line]

    assert rows(None) == [
        ["RATE-001", "✓ race", "✓ exchange 1/1", "✓ methods 3/3"],
        ["", "✗ sold_twice", "✓ log-lines 1/1", "✗ versions 1/2"],
        ["", "", "✗ whole 1/2", ""],
        ["RATE-002", "none", "none", "none"],
    ]
    assert rows({"RATE-002"}) == [["RATE-002", "none", "none", "none"]]


@pytest.mark.parametrize(
    ("seconds", "done", "total", "said"),
    [(60, 2, 4, ", about 1 min left"), (120, 1, 10, ", about 18 min left"), (10, 1, 2, ""), (60, 4, 4, "")],
)
def test_progress_says_about_how_long_the_rest_takes(seconds: float, done: int, total: int, said: str) -> None:
    assert time_left(seconds, done, total) == said
