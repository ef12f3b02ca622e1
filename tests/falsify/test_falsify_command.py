"""The command line of falsify: bad arguments are refused, and what was noticed is kept and not tried again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from reports.verdicts import Verdict
from spec.falsify import FalsifyError, falsify_command
from spec.falsify.experiments import Experiment, ExperimentVerdict
from spec.falsify.fault_modules import FaultModule
from spec.falsify.kill_files import read_kills
from spec.falsify.nulls.null_answers import HttpNull
from spec.target.observations import ObservationKind
from tests.falsify.conftest import EXCHANGE, IDS, PASS, QUERY, RACE, TOTAL, Bench, entries


def last_line(capsys: pytest.CaptureFixture[str]) -> str:
    """Return the last line that was printed."""
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


def test_a_load_examines_exchanges_of_which_the_recorder_sees_none(bench: Bench) -> None:
    bench.loading = frozenset({"RATE-002"})
    bench.untouched["RATE-002"] = ExperimentVerdict(Verdict.PASS)
    assert bench.falsify() == 0
    assert read_kills(bench.kills).files["RATE-002"].kinds == (EXCHANGE,)


def test_the_outcome_that_the_fault_names_is_kept_among_several(bench: Bench) -> None:
    bench.seen["race", "RATE-001"] = ExperimentVerdict(Verdict.FAIL, ("SERVER_ERROR", "OVERSOLD"))
    assert bench.falsify("race") == 0
    assert entries(bench)["race", "RATE-001"].outcome == "OVERSOLD"


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


@pytest.mark.parametrize(("text", "seconds"), [("90s", 90), ("10m", 600), ("2h", 7200)])
def test_a_limit_is_what_the_laboratory_is_given(bench: Bench, text: str, seconds: float) -> None:
    bench.falsify("--limit", text)
    assert bench.seconds == seconds


def test_what_measures_under_load_comes_last_with_an_untouched_shop_of_its_own(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    bench.loading, bench.takes = frozenset({"RATE-002"}), 10
    assert bench.falsify("--limit", "10m") == 0
    assert bench.baselines == [("RATE-001",), ("RATE-002",)]
    assert [one.requirements for one in bench.tried] == [("RATE-001",)] * TOTAL + [("RATE-002",)] * TOTAL
    assert bench.seconds == 600 - 10 * TOTAL
    said = capsys.readouterr().out.splitlines()
    assert "the untouched shop against 1 requirement under load …" in said
    assert said[-1] == f"{TOTAL} experiments run, 0 held before; everything wrong was noticed"


def test_no_load_is_put_on_the_untouched_shop_once_the_time_is_up(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    bench.loading, bench.takes = frozenset({"RATE-002"}), 10
    assert bench.falsify("--limit", "100s") == 0
    assert bench.baselines == [("RATE-001",)]
    # It is not known yet which kinds of observation the load examines, so the nulls of all are owed.
    left = TOTAL + len(ObservationKind) - 1
    assert last_line(capsys).startswith(f"the time is up: {left} experiments left for the next time: race, ")


@pytest.mark.parametrize("text", ["10", "m", "0m", "-1m", "10 min", ""])
def test_a_limit_that_is_no_time_is_refused(bench: Bench, capsys: pytest.CaptureFixture[str], text: str) -> None:
    with pytest.raises(SystemExit):
        bench.falsify(f"--limit={text}")
    assert f"argument --limit: '{text}' has to be a time, like 10m, 90s or 2h\n" in capsys.readouterr().err


def test_what_is_left_when_the_time_is_up_is_told_and_comes_first_the_next_time(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    bench.time_is_up_after = 2
    assert bench.falsify("--limit", "10m") == 0
    tried = [one.id for one in bench.tried]
    left = f"the time is up: {TOTAL - 2} experiments left for the next time: "
    assert last_line(capsys).startswith(left)
    bench.time_is_up_after = TOTAL - 2
    bench.falsify("--all", "--limit", "10m")
    assert set(tried).isdisjoint(one.id for one in bench.tried)


def test_the_work_is_told_before_it_begins_and_its_time_after_the_untouched_shop(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    bench.falsify()
    bench.untouched = {one: replace(PASS, seconds=60) for one in IDS}
    capsys.readouterr()
    bench.falsify("--all", "--jobs", "1")
    lines = capsys.readouterr().out.splitlines()
    kinds = f"1 on faults, {TOTAL - 1} on nulls"
    work = lines.index(f"{TOTAL} experiments ({kinds}), in which requirements are examined {TOTAL * len(IDS)} times")
    # The fault and the exchange nulls wait for both checks, whole nulls for none.
    minutes = round((3 * TOTAL + 120 * (1 + len(HttpNull))) / 60)
    assert lines[work + 1 : work + 4] == [
        "the untouched shop against 2 requirements …",
        "  2 of 2 pass",
        f"  about {minutes} min from here on",
    ]
