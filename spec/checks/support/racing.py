"""Readers that never stop while something is written, and must never see what an acknowledged write has replaced."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import cycle
from typing import Final

from spec.checking.outcomes import Undecided
from spec.target.exchange import Exchange

BURST: Final = 5
"""So many writes follow each other without waiting: the misses that one causes are met by the next."""
PATIENCE_SECONDS: Final = 20.0
"""How long a reader may take for the reads that a write waits for."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """What a read showed, as a number that only ever rises while the race is run."""

    value: int
    exchange: Exchange


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who looks at one surface of the shop again and again, at each of its pages in turn.

    Several pages are several answers in a cache: the more of them there are, the more reads miss and meet a write.
    """

    surface: str
    pages: Sequence[Callable[[], Sighting]]


@dataclass(frozen=True, slots=True)
class StaleRead:
    """A read that began after `acknowledged` was acknowledged, and showed less."""

    surface: str
    acknowledged: int
    sighting: Sighting


@dataclass
class Race:
    """One writer and several readers. `judged` counts the reads."""

    readers: list[Reader]
    acknowledged: int
    judged: int = 0
    stale: list[StaleRead] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._caught_up = [self.acknowledged] * len(self.readers)
        self._changed = threading.Condition()
        self._over = False

    def run(self, writes: Iterable[tuple[int, Callable[[], object]]]) -> None:
        """Make each write, `(what it shows, how it is made)`, while all readers read.

        Writes come in bursts; the next burst waits until each reader has seen all its pages in reads that began after
        the last acknowledgement: what a read put back that was overtaken by a write is found there. Ends at the first
        stale read. Raises what readers and writes raise, and Undecided when a reader does not keep up.
        """
        with ThreadPoolExecutor(max_workers=len(self.readers)) as threads:
            futures = [threads.submit(self._read_on, place) for place in range(len(self.readers))]
            try:
                for number, (value, write) in enumerate(writes, start=1):
                    write()
                    self._acknowledge(value)
                    if number % BURST == 0:
                        self._await_readers()
                    if self._over:
                        break
            finally:
                with self._changed:
                    self._over = True
        for future in futures:
            future.result()

    def _acknowledge(self, value: int) -> None:
        with self._changed:
            self.acknowledged = value

    def _await_readers(self) -> None:
        with self._changed:
            if not self._changed.wait_for(self._all_caught_up, PATIENCE_SECONDS):
                raise Undecided(f"the readers did not see all pages within {PATIENCE_SECONDS:.0f} s of a write")

    def _all_caught_up(self) -> bool:
        return self._over or min(self._caught_up) >= self.acknowledged

    def _read_on(self, place: int) -> None:
        reader = self.readers[place]
        floors = deque([self.acknowledged] * len(reader.pages), maxlen=len(reader.pages))
        try:
            for look in cycle(reader.pages):
                if self._over:
                    break
                floor = self.acknowledged
                sighting = look()
                with self._changed:
                    self.judged += 1
                    floors.append(floor)
                    self._caught_up[place] = min(floors)
                    if sighting.value < floor:
                        self.stale.append(StaleRead(reader.surface, floor, sighting))
                        self._over = True
                    self._changed.notify_all()
        finally:
            with self._changed:
                self._over = True
                self._changed.notify_all()
