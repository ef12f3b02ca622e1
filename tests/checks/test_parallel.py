"""Calls at once really overlap, and none of their failures hides another."""

from __future__ import annotations

import threading
from functools import partial

import pytest

from spec.checks.support.parallel import at_once


def test_results_come_in_the_order_of_the_calls() -> None:
    assert at_once([partial(pow, number, 2) for number in range(20)]) == [n * n for n in range(20)]


def test_all_calls_are_under_way_at_the_same_time() -> None:
    meeting = threading.Barrier(16)
    assert sorted(at_once([lambda: meeting.wait(10)] * 16)) == list(range(16))


def test_no_calls_have_no_results() -> None:
    assert at_once([]) == []


def test_every_failure_is_raised() -> None:
    def fail(number: int) -> int:
        raise ValueError(number)

    with pytest.raises(ExceptionGroup) as caught:
        at_once([lambda: fail(1), lambda: 2, lambda: fail(3)])
    assert [str(error) for error in caught.value.exceptions] == ["1", "3"]
