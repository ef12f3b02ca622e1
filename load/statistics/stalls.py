"""Stalls: stretches of time in which requests were slower than the limit, one after the other."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import Field

from reports.strict_model import StrictModel

_CALM_SECONDS: Final = 1.0
"""Slow requests that began no further apart than this belong to one stall."""


@dataclass(frozen=True, slots=True)
class TimedRequest:
    """One request: when it was meant to start, its latency from then (infinite for a failure), when it was over."""

    intended: float
    latency: float
    done: float


class StallReport(StrictModel):
    """The stalls of a run, in seconds."""

    count: Annotated[int, Field(ge=0)]
    longest_seconds: float
    longest_gap_seconds: float | None
    """Between the beginnings of two stalls that follow each other; null where there are fewer than two."""

    def warning(self, measured: float) -> str | None:
        """Warn of a run of `measured` seconds that is too short for its stalls; None where it was long enough.

        Design rule: a run is at least ten times as long as the longest gap between stalls, else their frequency is
        not known well enough for the interval to hold what it promises.
        """
        gap = self.longest_gap_seconds
        if gap is None or measured >= 10 * gap:
            return None
        return (
            f"The run measured {measured:.0f} s, but stalls were up to {gap:.1f} s apart: "
            f"a run of {10 * gap:.0f} s would know how often they come."
        )


def find_stalls(requests: Iterable[TimedRequest], limit: float) -> StallReport:
    """Find the stalls among requests; `limit` is in the unit of the latencies.

    A stall lasts from the first slow request that was meant to start in it until the last of them was over.
    """
    slow = sorted((request.intended, request.done) for request in requests if request.latency >= limit)
    longest, longest_gap, count = 0.0, -math.inf, 0
    begin, last, over = -math.inf, -math.inf, -math.inf
    for intended, done in slow:
        if intended - last > _CALM_SECONDS:
            if count:
                longest_gap = max(longest_gap, intended - begin)
            count, begin, over = count + 1, intended, done
        last, over = intended, max(over, done)
        longest = max(longest, over - begin)
    return StallReport(count=count, longest_seconds=longest, longest_gap_seconds=longest_gap if count > 1 else None)
