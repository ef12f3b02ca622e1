"""Calls at once really overlap; a race finds the read that shows less than what was acknowledged before it began."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import cast

import pytest

from spec.checking.examination import Examination
from spec.checking.outcomes import Outcome, Violation
from spec.checks.support.concurrency import Race, Reader, at_once
from spec.target.exchange import Request, Response
from spec.target.steps import Verb
from spec.target.visitor import Reply, Visitor
from tests.support.samples import answered, replied, verb_of


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


@dataclass
class Shelf:
    """A value that is written, and one that readers see: the same, unless it is stuck or gone."""

    stuck_at: int | None = None
    gone: bool = False
    value: int = 0
    seen: list[int] = field(default_factory=list)

    def write(self, value: int) -> None:
        """Put a value there."""
        self.value = value

    def do(self, verb: Verb[int]) -> Reply[int]:
        """Show the value to every verb: the shelf is its own visitor."""
        if self.gone:
            raise LookupError("gone")
        shown = self.value if self.stuck_at is None else min(self.value, self.stuck_at)
        self.seen.append(shown)
        return replied(answered(body=str(shown).encode()), read)


def read(response: Response) -> int:
    """Read the value."""
    return int(response.body)


def run(shelf: Shelf, *, pages: int = 1, writes: int = 10, write: Callable[[int], object] | None = None) -> Examination:
    examine = Examination()
    readers = [
        Reader("shelf", cast(Visitor, shelf), [verb_of(Request("GET", "/shelf"), read)] * pages) for _ in range(3)
    ]
    Race(examine, readers, start=0).run(writes, write or shelf.write)
    return examine


def test_readers_of_the_present_value_are_never_stale() -> None:
    shelf = Shelf()
    examine = run(shelf)
    assert examine.stated == len(shelf.seen)
    assert shelf.seen[-3:] == [10, 10, 10]


def test_a_value_that_no_longer_moves_is_stale() -> None:
    with pytest.raises(Violation) as violation:
        run(Shelf(stuck_at=3), pages=2)
    assert (violation.value.outcome, violation.value.observed) == (Outcome.STALE, "3")


def test_a_last_value_that_was_not_acknowledged_is_wrong() -> None:
    shelf = Shelf()
    with pytest.raises(Violation) as violation:
        run(shelf, writes=1, write=lambda value: shelf.write(value + 1))
    assert violation.value.outcome is Outcome.STALE
    assert (violation.value.expected, violation.value.observed) == ("the shelf when all is over: 1", "2")


def test_every_page_is_seen_after_every_burst() -> None:
    assert run(Shelf(), pages=6).stated >= 2 * 3 * 6


def test_what_a_reader_raises_ends_the_race_and_is_raised() -> None:
    with pytest.raises(LookupError, match="gone"):
        run(Shelf(gone=True), writes=20)


def test_what_a_write_raises_is_raised() -> None:
    def write(_: int) -> None:
        raise LookupError("refused")

    with pytest.raises(LookupError, match="refused"):
        run(Shelf(), write=write)
