"""Calls at the same moment, and readers that never stop while something is written."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import cycle
from typing import Final, TypeVar

from spec.checking.examination import Examination
from spec.checking.outcomes import Outcome, Undecided
from spec.target.answer_kinds import AnswerKind
from spec.target.steps import Verb
from spec.target.visitor import Reply, Visitor

T = TypeVar("T")

GATHERING_SECONDS: Final = 30.0
"""Threads that have not all started by then never will."""
BURST: Final = 5
"""Writes that follow each other without waiting: the misses that one causes are met by the next."""
PATIENCE_SECONDS: Final = 20.0
"""Time that a reader may take for the reads that a write waits for."""


def at_once(calls: Sequence[Callable[[], T]]) -> list[T]:
    """Start all calls at once, each on a thread of its own, and return their results in the order of the calls.

    Waits for every call. Raises an ExceptionGroup of everything that calls raised, so that none hides another.
    """
    if not calls:
        return []
    barrier = threading.Barrier(len(calls))

    def start(call: Callable[[], T]) -> T:
        barrier.wait(GATHERING_SECONDS)
        return call()

    with ThreadPoolExecutor(max_workers=len(calls)) as threads:
        futures = [threads.submit(start, call) for call in calls]
    failures = [error for future in futures if (error := future.exception()) is not None]
    if failures:
        raise BaseExceptionGroup(f"{len(failures)} of {len(calls)} parallel calls failed", failures)
    return [future.result() for future in futures]


def expect_admitted(reply: Reply[T]) -> Reply[T]:
    """Return the reply. Raises Undecided for one that a limit of the target has refused: that is no fault of a read."""
    if reply.kind is AnswerKind.BUDGET:
        raise Undecided(f"a limit of the target refused {reply.exchange.summary}")
    return reply


@dataclass(frozen=True, slots=True)
class Reader:
    """A visitor who looks at one surface of the shop again and again, at each of its pages in turn.

    Each page is read as a number that only ever rises while the race is run. Several pages are several answers in a
    cache: the more of them there are, the more reads miss and meet a write.
    """

    surface: str
    visitor: Visitor
    pages: Sequence[Verb[int]]


class Race:
    """One writer and several readers, none of whom may see what an acknowledged write has replaced.

    Before the first write the readers see `start`.
    """

    def __init__(self, examine: Examination, readers: Sequence[Reader], start: int) -> None:
        self._examine = examine
        self._readers = readers
        self._acknowledged = start
        self._caught_up = [start] * len(readers)
        self._changed = threading.Condition()
        self._over = False

    def run(self, writes: int, write: Callable[[int], object]) -> None:
        """Write the next so many numbers, one by one, while all readers read; at the end each sees the last.

        Writes come in bursts; the next burst waits until each reader has seen all its pages in reads that began after
        the last acknowledgement: what a read put back that was overtaken by a write is found there. Ends at the first
        stale read. Raises what readers and writes raise, and Undecided when a reader does not keep up.
        """
        with ThreadPoolExecutor(max_workers=len(self._readers)) as threads:
            futures = [threads.submit(self._read_on, place) for place in range(len(self._readers))]
            try:
                for number in range(1, writes + 1):
                    write(self._acknowledged + 1)
                    with self._changed:
                        self._acknowledged += 1
                        kept_up = number % BURST or self._changed.wait_for(self._all_caught_up, PATIENCE_SECONDS)
                    if not kept_up:
                        raise Undecided(f"the readers did not see all pages within {PATIENCE_SECONDS:.0f} s of a write")
                    if self._over:
                        break
            finally:
                self._end()
        for future in futures:
            future.result()
        for reader in self._readers:
            last = expect_admitted(reader.visitor.do(reader.pages[0]))
            what = f"the {reader.surface} when all is over"
            self._examine.equal(last.value, self._acknowledged, what, saw=last, outcome=Outcome.STALE)

    def _all_caught_up(self) -> bool:
        return self._over or min(self._caught_up) >= self._acknowledged

    def _end(self) -> None:
        with self._changed:
            self._over = True
            self._changed.notify_all()

    def _read_on(self, place: int) -> None:
        reader = self._readers[place]
        floors = deque([self._acknowledged] * len(reader.pages), maxlen=len(reader.pages))
        try:
            for page in cycle(reader.pages):
                if self._over:
                    break
                floor = self._acknowledged
                reply = expect_admitted(reader.visitor.do(page))
                seen, wanted = reply.value, f"the {reader.surface} is {floor}, acknowledged before the read began"
                with self._changed:
                    self._examine.that(seen >= floor, Outcome.STALE, wanted, saw=reply, observed=seen)
                    floors.append(floor)
                    self._caught_up[place] = min(floors)
                    self._changed.notify_all()
        finally:
            self._end()
