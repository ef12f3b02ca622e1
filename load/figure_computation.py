"""Compute the figures of a run: `python -m load.figure_computation` reads samples and answers with figures.

The program runs at the lowest priority, so that it takes no time from the generator and the target.
"""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Sequence
from typing import IO, Final, Literal

from load.load_figures import (
    CACHE_HIT_RATE,
    ERROR_RATE,
    LATENCY,
    Figure,
    FigureReport,
    FiguresTask,
    MeasuringWindow,
    Statistic,
)
from load.load_plan import Limits
from load.samples import Sample, unpack_all
from load.statistics.binomial import clopper_pearson, order_statistic_ranks
from load.statistics.blocks import FEWEST_BLOCKS, BlockBootstrap, block_seconds
from load.statistics.decision import Interval, LimitDecision, decide
from load.statistics.percentile import nearest_rank
from load.statistics.stalls import StallReport, TimedRequest, find_stalls

_BOOTSTRAP: Final = "block bootstrap over time"
_PERCENTILE: Final = 95
_CALM_RUNS: Final = 9
"""So many further runs without a single bad request are granted before a figure that no interval decides is missed."""
_LOWEST_PRIORITY: Final = 19


def compute_figures(
    samples: Sequence[Sample], window: MeasuringWindow, limits: Limits, operations: Sequence[str | None]
) -> FigureReport:
    """Compute the figures of the samples that were meant to start in the window.

    Alpha is spent over the looks and not over the figures: all of them have to be met, so more figures do not make an
    error in favour of the target more likely.

    `operations` names each operation by its number in the samples, None for one that has no figure of its own.
    """
    inside = [sample for sample in samples if window.holds(sample)]
    stalls = find_stalls((_observe(sample, window.end) for sample in inside), limits.p95_milliseconds)
    block = block_seconds(window.seconds, stalls.longest_seconds)
    bootstrap = BlockBootstrap(start=window.start, measured=window.seconds, block=block, seed=window.seed)
    figures_of = _Figures(bootstrap, window.alpha, limits)
    figures = [figures_of.latency(inside)]
    for number, operation in enumerate(operations):
        if operation is not None:
            figures.append(figures_of.latency([sample for sample in inside if sample.operation == number], operation))
    figures += [figures_of.errors(inside), figures_of.cache_hits(inside)]
    return FigureReport(
        figures=tuple(figures), stalls=stalls, block_seconds=block, warnings=tuple(_warnings(stalls, window))
    )


class _Figures:
    """Figures of one window, all with the same drawn blocks.

    Each interval is the wider of two: the block bootstrap knows that slow answers and errors come in clusters, the
    exact interval of independent samples knows how little a few of them can say.
    """

    def __init__(self, bootstrap: BlockBootstrap, alpha: float, limits: Limits) -> None:
        self._bootstrap = bootstrap
        self._alpha = alpha
        self._limits = limits

    def latency(self, samples: Sequence[Sample], operation: str | None = None) -> Figure:
        """Compute the 95th percentile, failures being infinite."""
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
            decision=LimitDecision.NO_DATA,
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
        """Compute the share of requests that failed."""
        return self._rate(ERROR_RATE, "<", self._limits.error_rate, samples, [not sample.ok for sample in samples])

    def cache_hits(self, samples: Sequence[Sample]) -> Figure:
        """Compute the share of hits among answered cacheable reads. A read that does not claim a hit is none."""
        reads = [sample for sample in samples if sample.cacheable and sample.ok]
        if all(read.hit is None for read in reads):
            reads = []
        limit = self._limits.cache_hit_rate
        return self._rate(CACHE_HIT_RATE, ">", limit, reads, [bool(read.hit) for read in reads])

    def _rate(
        self,
        statistic: Statistic,
        operator: Literal["<", ">"],
        limit: float,
        samples: Sequence[Sample],
        events: list[bool],
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
            decision=LimitDecision.NO_DATA,
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
    """Complete a figure with its value. An overwhelming one is missed, even where the interval leaves it open.

    One outage that lasts for half a run is a single event, from which no interval can tell how often it happens. Where
    the figure would be beyond its limit even if further runs without any bad request were added, no interval is needed.
    """
    decision = decide(interval, figure.operator, figure.limit)
    reason = ""
    if decision is LimitDecision.UNDECIDED and overwhelming:
        decision = LimitDecision.MISSED
        reason = f"beyond the limit even if {_CALM_RUNS} such runs without a bad request were added"
    found = {"value": value, "interval": tuple(interval), "decision": decision, "reason": reason}
    return figure.changed(**found)


def _observe(sample: Sample, end: float) -> TimedRequest:
    return TimedRequest(sample.intended, sample.latency, end if sample.done is None else sample.done)


def _warnings(stalls: StallReport, window: MeasuringWindow) -> list[str]:
    warnings = [warning] if (warning := stalls.warning(window.seconds)) else []
    if 1.5 * stalls.longest_seconds > window.seconds / FEWEST_BLOCKS:
        warnings.append(
            f"The longest stretch of slow answers lasted {stalls.longest_seconds:.1f} s of {window.seconds:.0f} s, "
            "too long for an interval to say how often such a thing happens."
        )
    return warnings


def main(source: IO[bytes], sink: IO[str]) -> None:
    """Read a task (one line of JSON) and records of samples, write the figures as JSON."""
    task = FiguresTask.model_validate_json(source.readline())
    samples = list(unpack_all(source.read()))
    sink.write(compute_figures(samples, task.window, task.limits, task.operations).model_dump_json())


if __name__ == "__main__":
    os.setpriority(os.PRIO_PROCESS, 0, _LOWEST_PRIORITY)
    main(sys.stdin.buffer, sys.stdout)
