"""The command line of falsify, with a laboratory that only says what it would have seen."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
from rich.console import Console

from reports.verdicts import Verdict
from spec.catalogue import Catalogue, load_catalogue
from spec.checking.outcomes import Outcome
from spec.falsify import FalsifyError, falsify_command
from spec.falsify.digests import Digests
from spec.falsify.experiment_run import ExperimentFailed
from spec.falsify.experiments import Experiment, ExperimentVerdict, Finding, Wrong
from spec.falsify.falsify_output import print_matrix, time_left
from spec.falsify.fault_modules import FaultModule
from spec.falsify.kill_files import KillEntry, Kills, read_kills
from spec.falsify.nulls.null_answers import HttpNull
from spec.target.observations import ObservationKind
from tests.support.small_run import write_specification

IDS = ("RATE-001", "RATE-002")
EXCHANGE, QUERY = ObservationKind.EXCHANGE, ObservationKind.QUERY
PASS = ExperimentVerdict(Verdict.PASS, kinds=frozenset({EXCHANGE}))
OVERSOLD = ExperimentVerdict(Verdict.FAIL, ("OVERSOLD",))
RACE = FaultModule(
    "race",
    "shops.race",
    "Stock is read, then written.",
    {"RATE-001": frozenset({Outcome.OVERSOLD}), "RATE-002": frozenset({Outcome.OVERSOLD, Outcome.UNDERSOLD})},
)
TOTAL = 1 + 2 * len(HttpNull)
"""The fault, and each answer of a null as a whole server and for examined exchanges."""


@dataclass
class Bench:
    """The sight of a laboratory in a test, by experiment and requirement; everything else turns red as it has to."""

    kills: Path
    faults: list[FaultModule] = field(default_factory=lambda: [RACE])
    seen: dict[tuple[str, str], ExperimentVerdict] = field(default_factory=dict)
    untouched: dict[str, ExperimentVerdict] = field(default_factory=dict)
    broken: dict[str, str] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)
    """Requirements whose checks are other ones than before."""
    loading: frozenset[str] = frozenset()
    interrupted_after: int | None = None
    tried: list[Experiment] = field(default_factory=list)
    closed: int = 0

    def falsify(self, *arguments: str) -> int:
        """Run the command line, and note what it tries."""
        self.tried.clear()
        return falsify_command.main([*arguments, "--kills", str(self.kills)])

    def check(self, requirement: str) -> str:
        """The digest of a requirement's check."""
        return f"{requirement} changed" if requirement in self.changed else requirement

    def rests_on(self, wrong: Wrong, requirement: str) -> str:
        """The digest of a kill."""
        return f"{self.check(requirement)} {wrong.id}"


class Laboratory:
    """In the place of the real one, which takes a shop and half a minute for each experiment."""

    bench: Bench

    def __init__(self, *, seed: int, document: Mapping[str, object], loading: Collection[str]) -> None:
        assert (seed, document, loading) == (1, {}, self.bench.loading)

    def baseline(self, requirements: Iterable[str]) -> Mapping[str, ExperimentVerdict]:
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
            self.bench.tried.append(one)
            if one.id in self.bench.broken:
                yield Finding(one, {}, self.bench.broken[one.id])
            else:
                yield Finding(one, {name: self.bench.seen.get((one.id, name), OVERSOLD) for name in one.requirements})

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
    """The command line over a small catalogue, one fault, and digests of the test's own."""
    bench = Bench(tmp_path / "kills")
    monkeypatch.setattr(Laboratory, "bench", bench, raising=False)
    for name, value in {
        "Laboratory": Laboratory,
        "load_catalogue": lambda: catalogue,
        "find_faults": lambda: tuple(bench.faults),
        "make_shop_document": dict,
        # The signals of the test run are not falsify's.
        "interrupt_on_signals": lambda: None,
        "interrupt_when_orphaned": lambda: None,
    }.items():
        monkeypatch.setattr(falsify_command, name, value)
    monkeypatch.setattr(Digests, "check", lambda _, requirement: bench.check(requirement))
    monkeypatch.setattr(Digests, "rests_on", lambda _, wrong, requirement: bench.rests_on(wrong, requirement))
    monkeypatch.setattr(Digests, "loading", property(lambda _: bench.loading))
    return bench


def entries(bench: Bench) -> dict[tuple[str, str], KillEntry]:
    """All that is kept, by fault or null and requirement."""
    files = read_kills(bench.kills).files
    return {(wrong, requirement): entry for requirement, file in files.items() for wrong, entry in file.seen.items()}


def last_line(capsys: pytest.CaptureFixture[str]) -> str:
    """The last line that was printed."""
    return capsys.readouterr().out.splitlines()[-1]


def test_an_id_that_is_neither_fault_nor_null_nor_requirement_is_refused(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bench.falsify("rice") == 2
    sentence = "falsify: there is no fault, null or requirement 'rice'; faults are the files of spec/falsify/shops\n"
    assert capsys.readouterr() == ("", sentence)


def test_a_file_of_kills_that_falsify_did_not_write_is_refused(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    bench.kills.mkdir()
    (bench.kills / "RATE-001.toml").write_text("kils = 1\n")
    assert bench.falsify() == 2
    assert capsys.readouterr().err == "falsify: RATE-001.toml: unknown key kils; did you mean 'kinds'?\n"


def test_a_shop_that_cannot_make_its_document_is_told(
    bench: Bench, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> dict[str, object]:
        raise FalsifyError("the reference shop could not make its OpenAPI document: it broke")

    monkeypatch.setattr(falsify_command, "make_shop_document", fail)
    assert bench.falsify() == 2
    assert capsys.readouterr().err == "falsify: the reference shop could not make its OpenAPI document: it broke\n"
    assert bench.falsify("--no-nulls") == 0


@pytest.mark.parametrize("shard", ["0/4", "5/4", "1", "a/b", "-1/4", "1/4/2"])
def test_a_shard_that_is_no_part_of_a_whole_is_refused(
    bench: Bench, capsys: pytest.CaptureFixture[str], shard: str
) -> None:
    with pytest.raises(SystemExit) as refused:
        bench.falsify(f"--shard={shard}")
    assert refused.value.code == 2
    assert f"argument --shard: '{shard}' has to be a part of a whole, like 1/4\n" in capsys.readouterr().err


def test_everything_that_was_noticed_is_kept_and_not_tried_again(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bench.falsify() == 0
    kept = entries(bench)
    assert len(kept) == TOTAL * len(IDS)
    assert all(entry.killed for entry in kept.values())
    assert {requirement: set(file.kinds) for requirement, file in read_kills(bench.kills).files.items()} == {
        one: {EXCHANGE} for one in IDS
    }
    first = capsys.readouterr().out.splitlines()
    assert f"[  1/{TOTAL}] ✓ race: 2 of 2 noticed (OVERSOLD)" in first
    assert first[-1] == f"{TOTAL} experiments run, 0 held before; everything wrong was noticed"
    assert bench.falsify() == 0
    assert bench.tried == []
    assert last_line(capsys) == f"0 experiments run, {TOTAL} held before; everything wrong was noticed"
    assert bench.closed == 2


def test_what_is_stale_or_was_not_noticed_is_tried_again_and_the_rest_only_on_request(bench: Bench) -> None:
    bench.seen["null:whole:echo", "RATE-002"] = PASS
    assert bench.falsify() == 1
    bench.seen.clear()
    bench.changed.add("RATE-001")
    assert bench.falsify() == 0
    assert {(one.id, name) for one in bench.tried for name in one.requirements} == {
        *((wrong, requirement) for wrong, requirement in entries(bench) if requirement == "RATE-001"),
        ("null:whole:echo", "RATE-002"),
    }
    assert bench.falsify("race") == 0
    assert bench.tried == [Experiment(RACE, IDS)]
    assert bench.falsify("RATE-002", "--no-nulls") == 0
    assert bench.tried == [Experiment(RACE, ("RATE-002",))]
    assert bench.falsify("--all") == 0
    assert len(bench.tried) == TOTAL


def test_the_untouched_shop_tells_the_kinds_that_are_nulled_and_those_of_no_use_are_forgotten(bench: Bench) -> None:
    bench.untouched["RATE-001"] = ExperimentVerdict(Verdict.PASS, kinds=frozenset({EXCHANGE, QUERY}))
    bench.untouched["RATE-002"] = ExperimentVerdict(Verdict.PASS, kinds=frozenset({QUERY}))
    assert bench.falsify() == 0
    tried = {one.id: one.requirements for one in bench.tried}
    assert tried["null:query"] == IDS
    assert {tried[f"null:exchange:{answers}"] for answers in HttpNull} == {("RATE-001",)}
    assert tried.keys() == {
        "race", "null:query", *(f"null:{place}:{one}" for one in HttpNull for place in ("whole", "exchange")),
    }  # fmt: skip
    # Another check, which looks at nothing but exchanges.
    del bench.untouched["RATE-001"]
    bench.changed.add("RATE-001")
    assert bench.falsify() == 0
    assert "null:query" not in {one.id for one in bench.tried}
    assert {requirement for wrong, requirement in entries(bench) if wrong == "null:query"} == {"RATE-002"}


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


def test_a_load_examines_exchanges_of_which_the_recorder_sees_none(bench: Bench) -> None:
    bench.loading = frozenset({"RATE-002"})
    bench.untouched["RATE-002"] = ExperimentVerdict(Verdict.PASS)
    assert bench.falsify() == 0
    assert read_kills(bench.kills).files["RATE-002"].kinds == (EXCHANGE,)


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


def test_the_outcome_that_the_fault_names_is_kept_among_several(bench: Bench) -> None:
    bench.seen["race", "RATE-001"] = ExperimentVerdict(Verdict.FAIL, ("SERVER_ERROR", "OVERSOLD"))
    assert bench.falsify("race") == 0
    assert entries(bench)["race", "RATE-001"].outcome == "OVERSOLD"


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


def test_an_interruption_keeps_what_was_seen_and_ends_the_laboratory(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    bench.interrupted_after = 1
    assert bench.falsify() == 130
    assert last_line(capsys) == "interrupted; what was seen so far is kept"
    assert entries(bench).keys() == {("race", one) for one in IDS}
    assert bench.closed == 1


def test_shards_try_everything_together_and_nothing_twice(bench: Bench, tmp_path: Path) -> None:
    tried = []
    for number in (1, 2, 3):
        bench.kills = tmp_path / f"kills of {number}"
        assert bench.falsify(f"--shard={number}/3") == 0
        tried += [one.id for one in bench.tried]
    assert len(tried) == TOTAL
    assert len(set(tried)) == TOTAL


def test_the_kills_of_a_fault_that_is_gone_are_forgotten(bench: Bench) -> None:
    other = FaultModule("sold_twice", "shops.sold_twice", "It is sold twice.", RACE.outcomes)
    bench.faults = [RACE, other]
    assert bench.falsify() == 0
    bench.faults = [RACE]
    bench.changed.add("RATE-001")
    assert bench.falsify() == 0
    assert "sold_twice" not in {wrong for wrong, _ in entries(bench)}


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

    def rows(shown: Collection[str] | None) -> list[list[str]]:
        console = Console(width=100, file=io.StringIO(), record=True)
        print_matrix(console, catalogue, kills, shown)
        lines = console.export_text().splitlines()
        return [[cell.strip() for cell in line.split("│")] for line in lines if "│" in line]

    assert rows(None) == [
        ["RATE-001", "✓ race", "✓ exchange 1/1"],
        ["", "✗ sold_twice", "✓ log-lines 1/1"],
        ["", "", "✗ whole 1/2"],
        ["RATE-002", "none", "none"],
    ]
    assert rows({"RATE-002"}) == [["RATE-002", "none", "none"]]


@pytest.mark.parametrize(
    ("seconds", "done", "total", "said"),
    [(60, 2, 4, ", about 1 min left"), (120, 1, 10, ", about 18 min left"), (10, 1, 2, ""), (60, 4, 4, "")],
)
def test_progress_says_about_how_long_the_rest_takes(seconds: float, done: int, total: int, said: str) -> None:
    assert time_left(seconds, done, total) == said
