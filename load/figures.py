"""The figures of a run: what was measured, between which bounds the truth lies, and what follows for the limit."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from load.plan import Limits
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

    `operations` names each operation by its number in the samples, None for one that has no figure of its own.
    """
    inside = [sample for sample in samples if window.start <= sample.intended < window.end]
    stalls = find_stalls((_observe(sample, window.end) for sample in inside), limits.p95_milliseconds)
    block = block_seconds(window.seconds, stalls.longest)
    bootstrap = BlockBootstrap(start=window.start, measured=window.seconds, block=block, seed=window.seed)
    figures = [_latency(inside, None, bootstrap, window, limits)]
    for number, operation in enumerate(operations):
        if operation is not None:
            of_operation = [sample for sample in inside if sample.operation == number]
            figures.append(_latency(of_operation, operation, bootstrap, window, limits))
    figures.append(_error_rate(inside, bootstrap, window, limits))
    figures.append(_cache_hit_rate(inside, bootstrap, window, limits))
    return Judgement(tuple(figures), stalls, block, tuple(_warnings(stalls, window)))


def _latency(
    samples: Sequence[Sample], operation: str | None, bootstrap: BlockBootstrap, window: Window, limits: Limits
) -> Figure:
    """The 95th percentile with failures as infinite.

    The interval is the wider of two: the block bootstrap knows of clusters, the order statistics know how little a few
    samples can say.
    """
    values = [sample.latency for sample in samples]

    def interval() -> Interval:
        times = [sample.intended for sample in samples]
        by_blocks = Interval(*bootstrap.percentile_interval(times, values, 95, window.alpha))
        low, high = order_statistic_ranks(len(values), 95, window.alpha)
        ordered = [0.0, *sorted(values), math.inf]
        return by_blocks.around(Interval(ordered[low], ordered[high]))

    return _figure(
        (LATENCY, operation, "<", limits.p95_milliseconds, "ms"),
        n=len(samples),
        events=sum(not sample.ok for sample in samples),
        value=lambda: nearest_rank(values, 95),
        interval=interval,
        method=f"nearest rank, failures infinite; {_BOOTSTRAP} and order statistics, the wider",
        without="no request was made",
    )


def _error_rate(samples: Sequence[Sample], bootstrap: BlockBootstrap, window: Window, limits: Limits) -> Figure:
    return _rate(
        samples, [not sample.ok for sample in samples], bootstrap, window, (ERROR_RATE, "<", limits.error_rate)
    )


def _cache_hit_rate(samples: Sequence[Sample], bootstrap: BlockBootstrap, window: Window, limits: Limits) -> Figure:
    """Over the cacheable reads that were answered. One that does not say that it was a hit is none."""
    reads = [sample for sample in samples if sample.cacheable and sample.ok]
    if all(read.hit is None for read in reads):
        reads = []
    limit = (CACHE_HIT_RATE, ">", limits.cache_hit_rate)
    return _rate(reads, [bool(read.hit) for read in reads], bootstrap, window, limit)


def _rate(
    samples: Sequence[Sample],
    events: list[bool],
    bootstrap: BlockBootstrap,
    window: Window,
    limit: tuple[str, str, float],
) -> Figure:
    """A rate with the wider of the exact binomial interval and the block bootstrap: errors come in clusters too."""

    def interval() -> Interval:
        times = [sample.intended for sample in samples]
        by_blocks = Interval(*bootstrap.rate_interval(times, events, window.alpha))
        return by_blocks.around(Interval(*clopper_pearson(sum(events), len(events), window.alpha)))

    statistic, operator, bound = limit
    return _figure(
        (statistic, None, operator, bound, "share"),
        n=len(events),
        events=sum(events),
        value=lambda: sum(events) / len(events),
        interval=interval,
        method=f"exact binomial (Clopper-Pearson) and {_BOOTSTRAP}, the wider",
        without="no request was made" if statistic == ERROR_RATE else "no cacheable read carried Cache-Status",
    )


def _figure(
    limit: tuple[str, str | None, str, float, str],
    *,
    n: int,
    events: int,
    value: Callable[[], float],
    interval: Callable[[], Interval],
    method: str,
    without: str,
) -> Figure:
    statistic, operation, operator, bound, unit = limit
    measured = interval() if n else None
    return Figure(
        statistic=statistic,
        operation=operation,
        operator=operator,
        limit=bound,
        unit=unit,
        value=value() if n else None,
        interval=measured,
        n=n,
        events=events,
        method=method,
        decision=decide(measured, operator, bound),
        reason="" if n else without,
    )


def _observe(sample: Sample, end: float) -> Observation:
    return Observation(sample.intended, sample.latency, end if sample.done is None else sample.done)


def _warnings(stalls: StallReport, window: Window) -> list[str]:
    warnings = [warning] if (warning := stalls.warning(window.seconds)) else []
    if 1.5 * stalls.longest > window.seconds / FEWEST_BLOCKS:
        warnings.append(
            f"The longest stretch of slow answers lasted {stalls.longest:.1f} s of {window.seconds:.0f} s: "
            "too long for blocks that hold it, so the intervals are too narrow."
        )
    return warnings
