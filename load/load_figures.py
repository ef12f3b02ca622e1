"""Figures of a run as they are written and read: measured value, bounds, and what follows for the limit."""

from __future__ import annotations

import math
from typing import Annotated, Final, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema

from load.load_plan import Limits
from load.samples import Sample
from load.statistics.decision import LimitDecision
from load.statistics.stalls import StallReport
from reports.strict_model import StrictModel

Statistic = Literal["p95", "error rate", "cache hit rate"]
LATENCY: Final = "p95"
ERROR_RATE: Final = "error rate"
CACHE_HIT_RATE: Final = "cache hit rate"

_INFINITY: Final = "infinity"

Count = Annotated[int, Field(ge=0)]
Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]
FigureValue = Annotated[
    float,
    BeforeValidator(lambda value: math.inf if value == _INFINITY else value),
    PlainSerializer(lambda value: _INFINITY if value == math.inf else value, when_used="json"),
    WithJsonSchema({"anyOf": [{"type": "number"}, {"const": _INFINITY}]}),
]
"""A number that may be infinite. JSON has no infinity, so there it is the text "infinity"."""


class Figure(StrictModel):
    """One measured figure. Latencies in milliseconds, rates as shares of 1; infinite where failures decide."""

    statistic: Statistic
    operation: str | None
    """The operation that was measured; null for all together."""
    operator: Literal["<", "<=", ">", ">="]
    """The relation in which the value has to stand to the limit."""
    limit: float
    unit: Literal["ms", "share"]
    value: FigureValue | None
    interval: tuple[FigureValue, FigureValue] | None
    """Low and high bound of the true value."""
    n: Count
    """Requests that were counted."""
    events: Count
    """The failures (latency, errors) or hits (cache) among the n."""
    method: str
    """The computation of value and interval."""
    decision: LimitDecision
    reason: str = ""
    """The reason for a missing value, or for a decision that the interval leaves open."""


class FigureReport(StrictModel):
    """All figures of a stretch of measured time."""

    figures: tuple[Figure, ...]
    stalls: StallReport
    block_seconds: Annotated[float, Field(gt=0)]
    """Length of the blocks of the bootstrap."""
    warnings: tuple[str, ...]

    @property
    def final(self) -> bool:
        """Tell whether longer measuring would decide nothing more."""
        return all(figure.decision is not LimitDecision.UNDECIDED for figure in self.figures)


class MeasuredTime(StrictModel):
    """A stretch of the schedule, in seconds from its beginning."""

    start: Seconds
    seconds: Seconds

    @property
    def end(self) -> float:
        """The moment at which it ends."""
        return self.start + self.seconds

    def holds(self, sample: Sample) -> bool:
        """Tell whether the request was meant to start in this stretch."""
        return self.start <= sample.intended < self.end


class MeasuringWindow(MeasuredTime):
    """The measured time of one look, and what may be spent on its figures."""

    alpha: Annotated[float, Field(gt=0, lt=1)]
    """Probability of a wrong decision for one figure."""
    seed: Count
    """Decides the draws of the bootstrap."""


class FiguresTask(StrictModel):
    """The task of the process that computes figures; the samples follow it."""

    window: MeasuringWindow
    limits: Limits
    operations: tuple[str | None, ...]
    """Name of each operation by its number in the samples; null for one that has no figure of its own."""
