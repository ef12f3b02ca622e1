"""The figures of a run: what was measured, between which bounds the truth lies, and what follows for the limit."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from load.load_plan import Limits
from load.samples import Sample
from load.statistics import (
    BlockBootstrap,
    Decision,
    Interval,
    Observation,
    StallReport,
    clopper_pearson,
    decide,
    find_stalls,
    nearest_rank,
    order_statistic_ranks,
)
from load.statistics.blocks import FEWEST_BLOCKS, block_seconds

LATENCY: Final = "p95"
ERROR_RATE: Final = "error rate"
CACHE_HIT_RATE: Final = "cache hit rate"

_BOOTSTRAP: Final = "block bootstrap over time"
_PERCENTILE: Final = 95
_CALM_RUNS: Final = 9
"""So many further runs without a single bad request are granted before a figure that no interval decides is missed."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure. Latencies in milliseconds, rates as shares of 1; infinite where failures decide."""

    statistic: str
    operation: str | None
    """The operation it is about; None for all together."""
    operator: str
    limit: float
    unit: str
    value: float | None
    interval: Interval | None
    n: int
    events: int
    """How many of the n were failures (latency, errors) or hits (cache)."""
    method: str
    decision: Decision
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """All figures of a stretch of measured time."""

    figures: tuple[Figure, ...]
    stalls: StallReport
    block_seconds: float
    warnings: tuple[str, ...]

    @property
    def final(self) -> bool:
        """Whether longer measuring would decide nothing more."""
        return all(figure.decision is not Decision.UNDECIDED for figure in self.figures)


@dataclass(frozen=True, slots=True)
class Window:
    """The measured time (seconds of the schedule) and what may be spent on its figures."""

    start: float
    seconds: float
    alpha: float
    seed: int

    @property
    def end(self) -> float:
        """Where it ends."""
        return self.start + self.seconds


def judge(samples: Sequence[Sample], window: Window, limits: Limits, operations: Sequence[str | None]) -> Judgement:
    """The figures of the samples that were meant to start in the window.

    Alpha is spent over the looks and not over the figures: all of them have to be met, so an error in favour of the
    target is no likelier for there being many.

    `operations` names each operation by its number in the samples, None for one that has no figure of its own.
    """
    inside = [sample for sample in samples if window.start <= sample.intended < window.end]
    stalls = find_stalls((_observe(sample, window.end) for sample in inside), limits.p95_milliseconds)
    block = block_seconds(window.seconds, stalls.longest)
    bootstrap = BlockBootstrap(start=window.start, measured=window.seconds, block=block, seed=window.seed)
    judge_of = _Judge(bootstrap, window.alpha, limits)
    figures = [judge_of.latency(inside)]
    for number, operation in enumerate(operations):
        if operation is not None:
            figures.append(judge_of.latency([sample for sample in inside if sample.operation == number], operation))
    figures += [judge_of.errors(inside), judge_of.cache_hits(inside)]
    return Judgement(tuple(figures), stalls, block, tuple(_warnings(stalls, window)))


class _Judge:
    """Makes the figures of one window, all with the same drawn blocks.

    Each interval is the wider of two: the block bootstrap knows that slow answers and errors come in clusters, the
    exact interval of independent samples knows how little a few of them can say.
    """

    def __init__(self, bootstrap: BlockBootstrap, alpha: float, limits: Limits) -> None:
        self._bootstrap = bootstrap
        self._alpha = alpha
        self._limits = limits

    def latency(self, samples: Sequence[Sample], operation: str | None = None) -> Figure:
        """The 95th percentile, failures being infinite."""
        limit = self._limits.p95_milliseconds
        figure = Figure(
            statistic=LATENCY,
            operation=operation,
            operator="<",
            limit=limit,
            unit="ms",
            value=None,
            interval=None,
            n=len(samples),
            events=sum(not sample.ok for sample in samples),
            method=f"nearest rank, failures infinite; {_BOOTSTRAP} and order statistics, the wider",
            decision=Decision.NO_DATA,
            reason="no such request was made",
        )
        if not samples:
            return figure
        values = [sample.latency for sample in samples]
        times = [sample.intended for sample in samples]
        low, high = order_statistic_ranks(len(values), _PERCENTILE, self._alpha)
        ordered = [0.0, *sorted(values), math.inf]
        by_blocks = Interval(*self._bootstrap.percentile_interval(times, values, _PERCENTILE, self._alpha))
        slow = sum(value >= limit for value in values)
        return _decided(
            figure,
            nearest_rank(values, _PERCENTILE),
            by_blocks.around(Interval(ordered[low], ordered[high])),
            overwhelming=slow / (1 + _CALM_RUNS) > len(values) * (1 - _PERCENTILE / 100),
        )

    def errors(self, samples: Sequence[Sample]) -> Figure:
        """The share of requests that failed."""
        return self._rate(ERROR_RATE, "<", self._limits.error_rate, samples, [not sample.ok for sample in samples])

    def cache_hits(self, samples: Sequence[Sample]) -> Figure:
        """The share of answered cacheable reads that were hits. One that does not say so is none."""
        reads = [sample for sample in samples if sample.cacheable and sample.ok]
        if all(read.hit is None for read in reads):
            reads = []
        limit = self._limits.cache_hit_rate
        return self._rate(CACHE_HIT_RATE, ">", limit, reads, [bool(read.hit) for read in reads])

    def _rate(
        self, statistic: str, operator: str, limit: float, samples: Sequence[Sample], events: list[bool]
    ) -> Figure:
        figure = Figure(
            statistic=statistic,
            operation=None,
            operator=operator,
            limit=limit,
            unit="share",
            value=None,
            interval=None,
            n=len(events),
            events=sum(events),
            method=f"exact binomial (Clopper-Pearson) and {_BOOTSTRAP}, the wider",
            decision=Decision.NO_DATA,
            reason="no request was made" if statistic == ERROR_RATE else "no cacheable read carried Cache-Status",
        )
        if not samples:
            return figure
        times = [sample.intended for sample in samples]
        by_blocks = Interval(*self._bootstrap.rate_interval(times, events, self._alpha))
        return _decided(
            figure,
            figure.events / figure.n,
            by_blocks.around(Interval(*clopper_pearson(figure.events, figure.n, self._alpha))),
            overwhelming=operator == "<" and figure.events / (1 + _CALM_RUNS) > limit * figure.n,
        )


def _decided(figure: Figure, value: float, interval: Interval, *, overwhelming: bool) -> Figure:
    """The figure with its value. What is overwhelming is missed, whatever the interval says.

    One outage that lasts for half a run is a single event, from which no interval can tell how often it happens. Where
    the figure would be beyond its limit even if further runs without any bad request were added, that is not needed.
    """
    decision = decide(interval, figure.operator, figure.limit)
    reason = ""
    if decision is Decision.UNDECIDED and overwhelming:
        decision = Decision.MISSED
        reason = f"beyond the limit even if {_CALM_RUNS} such runs without a bad request were added"
    return replace(figure, value=value, interval=interval, decision=decision, reason=reason)


def _observe(sample: Sample, end: float) -> Observation:
    return Observation(sample.intended, sample.latency, end if sample.done is None else sample.done)


def _warnings(stalls: StallReport, window: Window) -> list[str]:
    warnings = [warning] if (warning := stalls.warning(window.seconds)) else []
    if 1.5 * stalls.longest > window.seconds / FEWEST_BLOCKS:
        warnings.append(
            f"The longest stretch of slow answers lasted {stalls.longest:.1f} s of {window.seconds:.0f} s, "
            "too long for an interval to say how often such a thing happens."
        )
    return warnings
