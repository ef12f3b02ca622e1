"""A violation is shown by the shortest part of a sequence that still has it, as far as it is found in time."""

from __future__ import annotations

from collections.abc import Callable

from spec.checking.outcomes import Outcome, Violation
from spec.checks.support.model_play import shorten


def failing(
    fails: Callable[[tuple[int, ...]], bool], outcome: Outcome = Outcome.MODEL_DISAGREES
) -> Callable[[tuple[int, ...]], Violation | None]:
    """A play whose violation tells the steps that it saw."""
    return lambda steps: Violation(outcome, expected="", observed=str(steps)) if fails(steps) else None


FOUND = Violation(Outcome.MODEL_DISAGREES, expected="", observed="all")


def test_only_what_is_needed_is_left() -> None:
    shortest = shorten(tuple(range(30)), FOUND, failing(lambda steps: {7, 21} <= set(steps)), seconds=60)
    assert shortest.observed == "(7, 21)"


def test_nothing_is_left_of_steps_that_nothing_needs() -> None:
    assert shorten((1, 2, 3), FOUND, failing(lambda _: True), seconds=60).observed == "()"


def test_all_is_left_when_no_part_fails() -> None:
    assert shorten((1, 2, 3), FOUND, failing(lambda _: False), seconds=60) is FOUND


def test_a_part_that_fails_in_another_way_is_not_the_same() -> None:
    assert shorten((1, 2, 3), FOUND, failing(lambda _: True, Outcome.SERVER_ERROR), seconds=60) is FOUND


def test_the_end_of_its_time_ends_the_search() -> None:
    assert shorten((1, 2, 3), FOUND, failing(lambda _: True), seconds=0) is FOUND


def test_no_steps_stay_no_steps() -> None:
    assert shorten((), FOUND, failing(lambda _: True), seconds=60) is FOUND
