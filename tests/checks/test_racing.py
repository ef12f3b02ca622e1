"""A race finds the read that shows less than what was acknowledged before it began, and only that."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from spec.checks.support.racing import Race, Reader, Sighting
from spec.target.exchange import Exchange, Headers, Request, Response

EXCHANGE = Exchange(Request("GET", "/"), Response(200, Headers([]), b""), None, datetime.now(UTC), 0.0)


class Shelf:
    """A value that is written, and one that readers see: the same, unless it is stuck."""

    def __init__(self, *, stuck_at: int | None = None) -> None:
        self.value = 0
        self.stuck_at = stuck_at

    def write(self, value: int) -> Callable[[], None]:
        def write() -> None:
            self.value = value

        return write

    def look(self) -> Sighting:
        shown = self.value if self.stuck_at is None else min(self.value, self.stuck_at)
        return Sighting(shown, EXCHANGE)


def run(shelf: Shelf, *, pages: int = 1) -> Race:
    race = Race([Reader("shelf", [shelf.look] * pages) for _ in range(3)], 0)
    race.run([(value, shelf.write(value)) for value in range(1, 11)])
    return race


def test_readers_of_the_present_value_are_never_stale() -> None:
    race = run(Shelf())
    assert (race.stale, race.acknowledged) == ([], 10)


def test_a_value_that_no_longer_moves_is_stale() -> None:
    race = run(Shelf(stuck_at=3), pages=2)
    assert {read.sighting.value for read in race.stale} == {3}
    assert all(read.acknowledged > 3 for read in race.stale)


def test_every_page_is_seen_after_every_burst() -> None:
    assert run(Shelf(), pages=6).judged >= 2 * 3 * 6


def test_what_a_reader_raises_ends_the_race_and_is_raised() -> None:
    def look() -> Sighting:
        raise LookupError("gone")

    with pytest.raises(LookupError, match="gone"):
        Race([Reader("shelf", [look])], 0).run([(1, lambda: None)] * 20)


def test_what_a_write_raises_is_raised() -> None:
    def write() -> None:
        raise LookupError("refused")

    with pytest.raises(LookupError, match="refused"):
        Race([Reader("shelf", [Shelf().look])], 0).run([(1, write)])
