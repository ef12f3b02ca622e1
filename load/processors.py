"""Measure how busy the processors are: with the generator, and with everything on the machine."""

from __future__ import annotations

import resource
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import gevent

from load.recorder import Clock

_SECONDS: Final = 0.25
_STATISTICS: Final = Path("/proc/stat")


@dataclass(frozen=True, slots=True)
class _Reading:
    """Counters at one moment: seconds of the generator; ticks of the machine, busy and in all (0 where unknown)."""

    at: float
    own: float
    busy: int
    total: int


class Processors:
    """Reads the counters four times a second."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._readings: list[_Reading] = []

    def run(self) -> None:
        """Read until killed."""
        while True:
            usage = resource.getrusage(resource.RUSAGE_SELF)
            own = usage.ru_utime + usage.ru_stime
            self._readings.append(_Reading(self._clock.now(), own, *read_ticks(_STATISTICS)))
            gevent.sleep(_SECONDS)

    def own_share(self, start: float, end: float) -> float:
        """Return the share of one core that the generator used between two moments; 1 is all of it."""
        first, last = self._ends(start, end)
        return (last.own - first.own) / (last.at - first.at) if last.at > first.at else 0.0

    def machine_share(self, start: float, end: float) -> float | None:
        """Return the share of all cores that was used between two moments, from 0 to 1.

        Time stolen from a virtual machine counts as used. None where the system does not tell.
        """
        first, last = self._ends(start, end)
        return (last.busy - first.busy) / (last.total - first.total) if last.total > first.total else None

    def _ends(self, start: float, end: float) -> tuple[_Reading, _Reading]:
        within = [reading for reading in self._readings if start <= reading.at <= end]
        return (within[0], within[-1]) if within else (_Reading(0, 0, 0, 0), _Reading(0, 0, 0, 0))


def measure_machine() -> float | None:
    """Measure for a second what share of all cores is used, from 0 to 1. None where the system does not tell."""
    earlier_busy, earlier_total = read_ticks(_STATISTICS)
    gevent.sleep(1)
    busy, total = read_ticks(_STATISTICS)
    return (busy - earlier_busy) / (total - earlier_total) if total > earlier_total else None


def read_ticks(statistics: Path) -> tuple[int, int]:
    """Read busy ticks and all ticks of a file in the form of /proc/stat (proc(5)); zeros where there is none."""
    try:
        first = statistics.read_text().split("\n", 1)[0]
    except OSError:
        return 0, 0
    # user nice system idle iowait irq softirq steal; what follows is contained in user and nice.
    ticks = [int(field) for field in first.split()[1:9]]
    return sum(ticks) - ticks[3] - ticks[4], sum(ticks)
