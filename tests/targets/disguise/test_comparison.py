"""The comparison: which faults are drawn, and what counts as equal."""

from __future__ import annotations

from pathlib import Path

import pytest

from reports.strict_model import InvalidContent
from reports.verdicts import Verdict
from spec.checking.outcomes import Outcome
from spec.falsify import FalsifyError
from spec.falsify.experiments import Experiment, ExperimentVerdict, Finding
from spec.falsify.fault_modules import FaultModule, find_faults
from tests.targets.disguise.comparison import (
    Expected,
    OwnAnswerRow,
    RaceFault,
    compare_fault,
    compare_verdicts,
    draw,
    list_faults,
    missed_races,
    read_expected,
)

OVERSOLD = FaultModule("oversells", "m", "d", {"SHOP-001": frozenset({Outcome.OVERSOLD}), "PERF-001": frozenset()})
EXPERIMENT = Experiment(OVERSOLD, ("SHOP-001",))
RED = ExperimentVerdict(Verdict.FAIL, ("OVERSOLD",))
GREEN = ExperimentVerdict(Verdict.PASS)
OTHER_RED = ExperimentVerdict(Verdict.FAIL, ("SERVER_ERROR",))


def faults(count: int) -> list[Experiment]:
    """So many faults."""
    return [Experiment(FaultModule(f"fault-{number}", "m", "d", {}), ("A",)) for number in range(count)]


def test_a_seed_decides_alone_which_faults_are_drawn() -> None:
    drawn = draw(faults(30), 12, seed=5)
    assert drawn == draw(list(reversed(faults(30))), 12, seed=5)
    assert len({one.id for one in drawn}) == 12
    assert drawn != draw(faults(30), 12, seed=6)
    assert len(draw(faults(3), 12, seed=5)) == 3


def test_a_fault_is_compared_by_the_requirements_of_the_compared_chapters() -> None:
    assert list_faults([OVERSOLD], {"SHOP-001", "SHOP-015"}) == [EXPERIMENT]
    assert list_faults([OVERSOLD], {"SHOP-015"}) == []


@pytest.mark.parametrize(
    ("shop", "disguise", "sentences"),
    [
        (GREEN, GREEN, []),
        (RED, RED, []),
        (RED, OTHER_RED, ["untouched: A is fail (SERVER_ERROR) in disguise, and fail (OVERSOLD) without it"]),
        (GREEN, RED, ["untouched: A is fail (OVERSOLD) in disguise, and pass without it"]),
        (GREEN, None, ["untouched: A is without a verdict in disguise, and pass without it"]),
        (None, GREEN, ["untouched: A is pass in disguise, and without a verdict without it"]),
    ],
)
def test_a_verdict_on_the_untouched_shop_has_to_be_the_same(
    shop: ExperimentVerdict | None, disguise: ExperimentVerdict | None, sentences: list[str]
) -> None:
    seen = [{"A": one} if one else {} for one in (shop, disguise)]
    assert list(compare_verdicts(seen[0], seen[1], Expected())) == sentences


@pytest.mark.parametrize(
    ("seen", "sentences"),
    [
        (RED, []),
        (GREEN, ["oversells: SHOP-001 has to fail with OVERSOLD, and is pass in disguise"]),
        (OTHER_RED, ["oversells: SHOP-001 has to fail with OVERSOLD, and is fail (SERVER_ERROR) in disguise"]),
    ],
)
def test_a_fault_has_to_turn_the_disguise_red_in_the_same_way(seen: ExperimentVerdict, sentences: list[str]) -> None:
    assert list(compare_fault(Finding(EXPERIMENT, {"SHOP-001": seen}), Expected())) == sentences


def test_an_experiment_that_broke_is_a_difference() -> None:
    assert list(compare_fault(Finding(EXPERIMENT, {}, "it broke"), Expected())) == ["oversells: it broke"]


@pytest.mark.parametrize(("seen", "equal"), [(GREEN, True), (RED, False)])
def test_a_listed_row_that_is_no_longer_so_is_a_difference(seen: ExperimentVerdict, equal: bool) -> None:
    row = OwnAnswerRow(requirement="SHOP-001", fault="oversells", verdict=Verdict.PASS, reason="r")
    told = list(compare_fault(Finding(EXPERIMENT, {"SHOP-001": seen}), Expected(own_answers=(row,))))
    assert (told == []) is equal
    untouched = OwnAnswerRow(requirement="A", verdict=Verdict.PASS, reason="r")
    told = list(compare_verdicts({"A": OTHER_RED}, {"A": seen}, Expected(own_answers=(untouched,))))
    assert (told == []) is equal


def test_under_a_fault_every_verdict_and_code_has_to_be_the_same() -> None:
    blocked, other = (ExperimentVerdict(Verdict.NOT_TESTED, reason=f"order {one} was refused") for one in "ab")
    assert list(compare_verdicts({"A": blocked}, {"A": other}, Expected(), "oversells")) == []
    told = list(compare_verdicts({"A": blocked}, {"A": RED}, Expected(), "oversells"))
    assert told == ["oversells: A is fail (OVERSOLD) in disguise, and not tested (order a was refused) without it"]


def test_only_a_race_that_was_missed_is_tried_again() -> None:
    races = Expected(races=(RaceFault(fault="oversells", reason="two"),))
    missed, noticed = Finding(EXPERIMENT, {"SHOP-001": GREEN}), Finding(EXPERIMENT, {"SHOP-001": RED})
    assert missed_races([missed, noticed], races) == [EXPERIMENT]
    assert missed_races([missed], Expected()) == []


def test_the_committed_file_names_faults_that_exist(tmp_path: Path) -> None:
    compared = [Experiment(fault, fault.kills) for fault in find_faults()]
    assert read_expected(compared).races
    misspelt = tmp_path / "expected.toml"
    misspelt.write_text('[[races]]\nfault = "stock_read_than_written"\nreason = "r"\n')
    with pytest.raises(FalsifyError, match=r"^expected\.toml: 'stock_read_than_written' is no fault .*stock_read_then"):
        read_expected(compared, misspelt)
    misspelt.write_text('[[rases]]\nfault = "x"\n')
    with pytest.raises(InvalidContent, match="rases"):
        read_expected(compared, misspelt)
