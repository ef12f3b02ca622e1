"""The generator watches itself: how late it is."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Final

import gevent

from load.recorder import Clock
from load.samples import Sample
from load.statistics import nearest_rank

_BEAT_SECONDS: Final = 0.02


@dataclass(frozen=True, slots=True)
class Lag:
    """Lateness of the generator against its own schedule, in milliseconds. All 0 where there was nothing to be late."""

    p50: float
    p95: float
    p99: float
    longest: float
    count: int

    @classmethod
    def of(cls, lateness: list[float]) -> Lag:
        """The distribution of single latenesses in milliseconds."""
        if not lateness:
            return cls(0.0, 0.0, 0.0, 0.0, 0)
        p50, p95, p99 = (nearest_rank(lateness, percentile) for percentile in (50, 95, 99))
        return cls(p50, p95, p99, max(lateness), len(lateness))

    def as_json(self) -> dict[str, float]:
        """The figures by name."""
        return asdict(self)


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
        """Lateness of the beats that were due between two moments."""
        return Lag.of([late for at, late in self._beats if start <= at < end])


def send_lag(samples: list[Sample]) -> Lag:
    """Lateness with which requests were sent. One that never was is as late as it gets, and counted elsewhere."""
    return Lag.of([sample.lag for sample in samples if sample.lag is not None])
