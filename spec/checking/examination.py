"""What one check says while it examines: what it expected, what it saw, how much of how much."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NoReturn

import pytest

from reports.results import Coverage, Metric
from spec.checking.outcomes import Blocked, Outcome, Undecided, Violation
from spec.target.exchange import Exchange

verifies: Final = pytest.mark.verifies
"""Marks a check: `@verifies("RATE-004", effects={"writes"})` names its requirement and what it does to the target."""


class Examination:
    """Handed to each check as the fixture `examine`. A check that states no expectation has examined nothing."""

    def __init__(self) -> None:
        self.stated = 0
        self.metrics: list[Metric] = []
        self.coverages: list[Coverage] = []
        self.exchanges: list[Exchange] = []
        self.notes: list[str] = []
        self._progress: tuple[int, int, tuple[str, ...]] | None = None

    @property
    def done(self) -> int:
        """How much was examined, in the check's own unit; stated expectations where it names none."""
        return self._progress[0] if self._progress else self.stated

    @property
    def total(self) -> int:
        """Of how much."""
        return self._progress[1] if self._progress else self.stated

    @property
    def missing(self) -> tuple[str, ...]:
        """What was not reached."""
        return self._progress[2] if self._progress else ()

    def expect(
        self, holds: bool, outcome: Outcome, *, expected: str, observed: object, exchange: Exchange | None = None
    ) -> None:
        """State what has to hold. Raises Violation, with both sides and the exchange that shows it, where it fails."""
        self.stated += 1
        if holds:
            if exchange is not None and len(self.exchanges) < 3:
                self.exchanges.append(exchange)
            return
        self.fail(outcome, expected=expected, observed=observed, exchange=exchange)

    def fail(self, outcome: Outcome, *, expected: str, observed: object, exchange: Exchange | None = None) -> NoReturn:
        """The target breaks the requirement."""
        shown = [exchange] if exchange is not None else []
        raise Violation(outcome, expected=expected, observed=str(observed), exchanges=shown)

    def no_server_error(self, exchange: Exchange) -> None:
        """No answer of the target may be its own crash."""
        status = exchange.response.status if exchange.response else 0
        self.expect(
            not 500 <= status <= 599,
            Outcome.SERVER_ERROR,
            expected="no 5xx",
            observed=exchange.summary,
            exchange=exchange,
        )

    def progress(self, done: int, total: int, missing: Iterable[str] = ()) -> None:
        """Say how much was examined. A check that stops short of its total does not pass."""
        self._progress = (done, total, tuple(missing))

    def cover(self, name: str, done: int, total: int, missing: Iterable[str] = ()) -> None:
        """Add a line to the report's coverage: so much of a known whole was exercised."""
        self.coverages.append(Coverage(name, done, total, list(missing)))

    def measure(self, metric: Metric) -> None:
        """Add a measured figure; its verdict counts for the check."""
        self.stated += 1
        self.metrics.append(metric)

    def quota(self, what: str, seen: int, least: int) -> None:
        """Enough useful answers, or no verdict: raises Undecided below the quota."""
        if seen < least:
            raise Undecided(f"only {seen} {what}, at least {least} are needed for a verdict")

    def require(self, holds: bool, reason: str) -> None:
        """A positive twin that is no verb of its own: without it nothing was examined. Raises Blocked."""
        if not holds:
            raise Blocked(reason)

    def note(self, text: str) -> None:
        """A sentence for the reader of this check's result."""
        self.notes.append(text)
