"""Geometry of the small pictures in the report: an interval against its limit, and the verdicts as one bar."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reports.results import Metric

WIDTH = 200.0
"""Width of a picture in its own units."""

_INSET = 6.0  # keeps marks away from the edges
_PADDING = 0.35  # of the span between the outermost marks, on either side


@dataclass(frozen=True, slots=True)
class IntervalBar:
    """Places of limit, interval and value, in units of the picture; `met_from`..`met_to` is the side that is met."""

    limit: float
    low: float
    high: float
    value: float
    met_from: float
    met_to: float


def draw_interval(metric: Metric) -> IntervalBar | None:
    """Return the picture of a metric, or None where nothing was measured. An infinite end reaches the edge."""
    if metric.value is None or not math.isfinite(metric.limit):
        return None
    low, high = metric.interval or (metric.value, metric.value)
    marks = [mark for mark in (low, metric.value, high, metric.limit) if math.isfinite(mark)]
    span = (max(marks) - min(marks)) or abs(metric.limit) or 1.0
    start, end = min(marks) - _PADDING * span, max(marks) + _PADDING * span
    if metric.limit_operator in {"<", "<="} and min(marks) >= 0:
        start = 0.0

    def place(mark: float) -> float:
        share = (min(max(mark, start), end) - start) / (end - start)
        return round(_INSET + share * (WIDTH - 2 * _INSET), 2)

    limit = place(metric.limit)
    below = metric.limit_operator in {"<", "<="}
    above = metric.limit_operator in {">", ">="}
    return IntervalBar(
        limit=limit,
        low=place(low),
        high=place(high),
        value=place(metric.value),
        met_from=limit if above else 0.0 if below else limit - 1,
        met_to=limit if below else WIDTH if above else limit + 1,
    )


@dataclass(frozen=True, slots=True)
class Segment:
    """One verdict's part of the bar of all verdicts."""

    verdict: Verdict
    count: int
    start: float
    width: float


def draw_verdicts(counts: Mapping[Verdict, int]) -> list[Segment]:
    """Return the segments of the bar of all verdicts, best first; nothing where nothing is in scope."""
    total = sum(counts.values())
    segments: list[Segment] = []
    start = 0.0
    for verdict in (Verdict.PASS, Verdict.WAIVED, Verdict.NOT_APPLICABLE, *list(Verdict)[3::-1]):
        if counts[verdict]:
            width = counts[verdict] / total * WIDTH
            segments.append(Segment(verdict, counts[verdict], round(start, 2), round(width, 2)))
            start += width
    return segments
