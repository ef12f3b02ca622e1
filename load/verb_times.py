"""Time whole verbs: a sample is one request, and a shopper waits for all the requests that a verb takes."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from load.load_figures import Count, FigureValue, MeasuredTime
from load.statistics.percentile import nearest_rank
from reports.strict_model import StrictModel


@dataclass(slots=True, eq=False)
class VerbTime:
    """One verb of one shopper, from the moment of its first request. Times in seconds of the schedule."""

    operation: str
    intended: float
    requests: int = 0
    done: float | None = None
    """The moment of its last answer; None for one that failed, or is not over."""

    @property
    def milliseconds(self) -> float:
        """The whole time, infinite for a verb that did not come to its end."""
        return math.inf if self.done is None else (self.done - self.intended) * 1e3


class VerbFigures(StrictModel):
    """Whole verbs of one operation. No verdict rests on them: the limits are those of single requests."""

    operation: str
    count: Count
    """Verbs that were begun in the measured time."""
    failed: Count
    """Those among them that did not come to their end, or gave what the shopper does not expect."""
    fewest_requests: Count
    """The fewest requests that one took which came to its end; 0 where none did."""
    most_requests: Count
    """The most requests that one took which came to its end; 0 where none did."""
    p50: FigureValue
    """Median in milliseconds, from the moment at which the shopper wanted to act to the last answer."""
    p95: FigureValue
    """95th percentile in milliseconds; those that failed are infinitely slow."""


def sum_up_verbs(verbs: Iterable[VerbTime], measured: MeasuredTime) -> tuple[VerbFigures, ...]:
    """Sum up the verbs that were begun in the measured time, by operation."""
    by_operation: dict[str, list[VerbTime]] = {}
    for verb in verbs:
        if measured.start <= verb.intended < measured.end:
            by_operation.setdefault(verb.operation, []).append(verb)
    return tuple(_sum_up(operation, begun) for operation, begun in by_operation.items())


def _sum_up(operation: str, begun: list[VerbTime]) -> VerbFigures:
    requests = [verb.requests for verb in begun if verb.done is not None]
    times = [verb.milliseconds for verb in begun]
    return VerbFigures(
        operation=operation,
        count=len(begun),
        failed=len(begun) - len(requests),
        fewest_requests=min(requests, default=0),
        most_requests=max(requests, default=0),
        p50=nearest_rank(times, 50),
        p95=nearest_rank(times, 95),
    )
