"""TOK-004 and TOK-005: a grace is waited out, unless that takes longer than a check may."""

from __future__ import annotations

import time

import pytest

from spec.checking.outcomes import Undecided
from spec.checks.tok.test_tokens import BEYOND_GRACE, wait_out


def test_a_grace_of_hours_is_undecided_at_once() -> None:
    began = time.monotonic()
    with pytest.raises(Undecided) as undecided:
        wait_out(7200.0, began)
    assert str(undecided.value) == (
        "the profile declares a refresh_grace of 7200 s, and what follows it is seen only after a wait of 7200.5 s; "
        "the check waits out 60 s at most"
    )
    assert time.monotonic() - began < 1


def test_a_short_grace_is_over_after_the_wait() -> None:
    used = time.monotonic()
    wait_out(0.1, used)
    assert time.monotonic() >= used + 0.1 + BEYOND_GRACE


def test_a_grace_that_is_over_already_is_not_waited_for() -> None:
    began = time.monotonic()
    wait_out(60.0, began - 60.0 - BEYOND_GRACE)
    assert time.monotonic() - began < 1


def test_without_a_grace_nothing_is_waited_for() -> None:
    began = time.monotonic()
    wait_out(0.0, began)
    assert time.monotonic() - began < BEYOND_GRACE
