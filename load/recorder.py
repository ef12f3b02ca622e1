"""Record each request from the moment it is due, so that one that is never sent or answered is not forgotten."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from gevent.event import Event

from load.samples import RequestOutcome, Sample
from load.verb_times import VerbTime
from spec.target.steps import Part


@dataclass(slots=True, eq=False)
class Due:
    """A request whose time is known and whose outcome is not. Times in seconds from the beginning of the schedule."""

    intended: float
    shopper: int
    step: int
    operation: int
    part: Part
    cacheable: bool
    sent: float | None = None
    done: float | None = None
    status: int = 0
    hit: bool | None = None


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

    def __init__(self, clock: Clock, operations: tuple[str, ...], *, judged_from: float = 0.0) -> None:
        """Number these operations first. Sentences are kept of requests that are due from `judged_from` on."""
        self.clock = clock
        self.samples: list[Sample] = []
        self.verbs: list[VerbTime] = []
        """All verbs that were begun."""
        self.sentences: dict[tuple[int, RequestOutcome], str] = {}
        """The first that was said of each kind of failure: of an operation by its number, with an outcome."""
        self.abandoned = 0
        """Journeys that ended before their last step because a step failed."""
        self.hits = 0
        """Answers that claimed to be cache hits."""
        self.errors = 0
        self.in_flight = 0
        """Requests that were sent and are not over."""
        self.most_in_flight = 0
        self._judged_from = judged_from
        self._due: dict[Due, None] = {}
        self._operations = {name: index for index, name in enumerate(operations)}
        self._closed = Event()

    @property
    def operations(self) -> tuple[str, ...]:
        """Names of the operations, in the order of their numbers."""
        return tuple(self._operations)

    def begin_verb(self, operation: str, intended: float) -> VerbTime:
        """Note a verb whose first request is to start at `intended`."""
        verb = VerbTime(operation, intended)
        self.verbs.append(verb)
        return verb

    def expect(
        self, intended: float, *, shopper: int, step: int, operation: str, part: Part, cacheable: bool = False
    ) -> Due:
        """Note a request that is to start at `intended`."""
        number = self._operations.setdefault(operation, len(self._operations))
        due = Due(intended, shopper, step, number, part, cacheable)
        self._due[due] = None
        return due

    def send(self, due: Due) -> float:
        """Note that the request leaves now, and return the time."""
        due.sent = self.clock.now()
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        return due.sent

    def receive(self, due: Due, *, status: int = 0, hit: bool | None = None) -> float:
        """Note that the answer is complete, or its failure known, and return the time."""
        due.done, due.status = self.clock.now(), status
        due.hit = hit if due.cacheable else None
        self.hits += bool(hit)
        self.in_flight -= 1
        return due.done

    def close(self, due: Due, outcome: RequestOutcome, sentence: str = "") -> None:
        """Note how the request ended, and what was wrong with it where something was."""
        del self._due[due]
        self.samples.append(_sample(due, outcome))
        if outcome is not RequestOutcome.OK:
            self.errors += 1
            if due.intended >= self._judged_from:
                self.sentences.setdefault((due.operation, outcome), sentence)
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
                yield _sample(due, _so_far(due))


def _so_far(due: Due) -> RequestOutcome:
    if due.sent is None:
        return RequestOutcome.UNSENT
    # An answer whose verb goes on has nothing wrong with it so far.
    return RequestOutcome.UNANSWERED if due.done is None else RequestOutcome.OK


def _sample(due: Due, outcome: RequestOutcome) -> Sample:
    return Sample(
        intended=due.intended,
        sent=due.sent,
        done=due.done,
        shopper=due.shopper,
        step=due.step,
        operation=due.operation,
        status=due.status,
        outcome=outcome,
        cacheable=due.cacheable,
        hit=due.hit,
        part=due.part,
    )
