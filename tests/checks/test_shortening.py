"""Shortening leaves out what is not needed, and stops when it is told."""

from spec.checks.support.shortening import shorten


def test_only_what_is_needed_is_left() -> None:
    assert shorten(tuple(range(30)), lambda steps: {7, 21} <= set(steps)) == (7, 21)


def test_nothing_is_left_of_steps_that_nothing_needs() -> None:
    assert shorten((1, 2, 3), lambda _: True) == ()


def test_all_is_left_when_every_trial_says_no() -> None:
    assert shorten((1, 2, 3), lambda _: False) == (1, 2, 3)


def test_no_steps_stay_no_steps() -> None:
    assert shorten((), lambda _: True) == ()
