"""Measure how late the generator is, while it runs."""

from __future__ import annotations

from typing import Final

import gevent

from load.manifest import Lag
from load.recorder import Clock
from load.samples import Sample

_BEAT_SECONDS: Final = 0.02


class Heartbeat:
    """Wakes up fifty times a second and notes by how much it overslept: the event loop's own lateness.

    It sees what the requests' lag cannot: a loop that is held up between two sends reads answers late, and that would
    be charged to the target.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._beats: list[tuple[float, float]] = []

    def run(self) -> None:
        """Beat until killed."""
        next_beat = self._clock.now()
        while True:
            now = self._clock.now()
            self._beats.append((next_beat, (now - next_beat) * 1e3))
            next_beat = max(next_beat + _BEAT_SECONDS, now)
            gevent.sleep(next_beat - now)

    def lag(self, start: float, end: float) -> Lag:
        """Sum up the lateness of the beats that were due between two moments."""
        return Lag.of([late for at, late in self._beats if start <= at < end])


def send_lag(samples: list[Sample]) -> Lag:
    """Sum up the lateness of the requests that were sent. Those that never were are counted elsewhere."""
    return Lag.of([sample.lag for sample in samples if sample.lag is not None])
