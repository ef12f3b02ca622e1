"""Stalls: stretches of time in which requests were slower than the limit, one after the other."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

_CALM_SECONDS = 1.0
"""Slow requests that began no further apart than this belong to one stall."""


@dataclass(frozen=True, slots=True)
class Observation:
    """One request: when it was meant to start, its latency from then (infinite for a failure), when it was over."""

    intended: float
    latency: float
    done: float


@dataclass(frozen=True, slots=True)
class StallReport:
    """The stalls of a run, in seconds."""

    count: int
    longest: float
    longest_gap: float | None
    """Between the beginnings of two stalls that follow each other; None where there are fewer than two."""

    def warning(self, measured: float) -> str | None:
        """What a reader must know about a run of `measured` seconds; None where the run was long enough.

        Design rule: a run is at least ten times as long as the longest gap between stalls, else their frequency is
        not known well enough for the interval to hold what it promises.
        """
        if self.longest_gap is None or measured >= 10 * self.longest_gap:
            return None
        return (
            f"The run measured {measured:.0f} s, but stalls were up to {self.longest_gap:.1f} s apart: "
            f"a run of {10 * self.longest_gap:.0f} s would know how often they come."
        )


def find_stalls(observations: Iterable[Observation], limit: float) -> StallReport:
    """The stalls among requests, in order of their intended start; `limit` in the unit of the latencies.

    A stall lasts from the first slow request that was meant to start in it until the last of them was over.
    """
    slow = sorted((seen.intended, seen.done) for seen in observations if seen.latency >= limit)
    if not slow:
        return StallReport(0, 0.0, None)
    longest, longest_gap, count = 0.0, -math.inf, 0
    begin, last, over = -math.inf, -math.inf, -math.inf
    for intended, done in slow:
        if intended - last > _CALM_SECONDS:
            if count:
                longest_gap = max(longest_gap, intended - begin)
            count, begin, over = count + 1, intended, done
        last, over = intended, max(over, done)
        longest = max(longest, over - begin)
    return StallReport(count, longest, longest_gap if count > 1 else None)
