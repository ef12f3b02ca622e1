"""Record each request from the moment it is due, so that one that is never sent or answered is not forgotten."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from gevent.event import Event

from load.samples import RequestOutcome, Sample


@dataclass(slots=True, eq=False)
class Due:
    """A request whose time is known and whose outcome is not. Times in seconds from the beginning of the schedule."""

    intended: float
    shopper: int
    step: int
    operation: int
    cacheable: bool
    sent: float | None = None


class Clock:
    """Seconds from the beginning of the schedule, on the monotonic clock."""

    def __init__(self, lead: float) -> None:
        """The schedule begins `lead` seconds from now."""
        self._origin = time.perf_counter() + lead
        self.began = datetime.now(UTC) + timedelta(seconds=lead)
        """The same moment on the wall clock."""

    def now(self) -> float:
        """Seconds since the schedule began; negative before."""
        return time.perf_counter() - self._origin


class SampleRecorder:
    """All requests of a run: those that are over, and those that are due."""

    def __init__(self, clock: Clock, operations: tuple[str, ...]) -> None:
        self.clock = clock
        self.samples: list[Sample] = []
        self.abandoned = 0
        """Journeys that ended before their last step because a step failed."""
        self.errors = 0
        self.in_flight = 0
        """Requests that were sent and are not over."""
        self.most_in_flight = 0
        self._due: dict[Due, None] = {}
        self._operations = {name: index for index, name in enumerate(operations)}
        self._closed = Event()

    @property
    def operations(self) -> tuple[str, ...]:
        """Names of the operations, in the order of their numbers."""
        return tuple(self._operations)

    def expect(self, intended: float, *, shopper: int, step: int, operation: str, cacheable: bool) -> Due:
        """Note a request that is to start at `intended`."""
        number = self._operations.setdefault(operation, len(self._operations))
        due = Due(intended, shopper, step, number, cacheable)
        self._due[due] = None
        return due

    def send(self, due: Due) -> float:
        """Note that the request leaves now, and return the time."""
        due.sent = self.clock.now()
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        return due.sent

    def close(
        self, due: Due, outcome: RequestOutcome, *, done: float | None = None, status: int = 0, hit: bool | None = None
    ) -> None:
        """Note how the request ended."""
        del self._due[due]
        self.in_flight -= due.sent is not None
        self.samples.append(_sample(due, outcome, done=done, status=status, hit=hit))
        self.errors += outcome is not RequestOutcome.OK
        self._closed.set()

    def settle(self, before: float, timeout: float) -> None:
        """Wait until every request that was due before this moment is over, or until the time is."""
        deadline = self.clock.now() + timeout
        while any(due.intended < before for due in self._due):
            self._closed.clear()
            remaining = deadline - self.clock.now()
            if remaining <= 0 or not self._closed.wait(remaining):
                return

    def taken_until(self, end: float) -> Iterator[Sample]:
        """Yield every request that was due before `end`; those that are not over are failures."""
        yield from (sample for sample in self.samples if sample.intended < end)
        for due in self._due:
            if due.intended < end:
                outcome = RequestOutcome.UNSENT if due.sent is None else RequestOutcome.UNANSWERED
                yield _sample(due, outcome)


def _sample(
    due: Due, outcome: RequestOutcome, *, done: float | None = None, status: int = 0, hit: bool | None = None
) -> Sample:
    return Sample(
        intended=due.intended,
        sent=due.sent,
        done=done,
        shopper=due.shopper,
        step=due.step,
        operation=due.operation,
        status=status,
        outcome=outcome,
        cacheable=due.cacheable,
        hit=hit,
    )
