"""From a figure of the load to a metric of the report."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal, cast

from load.load_figures import Figure
from load.statistics import Decision
from reports.results import Metric
from reports.verdicts import Verdict
from spec.catalogue import Requirement
from spec.checking.examination import Examination
from spec.checking.outcomes import HarnessFault, Outcome

_VERDICTS: Final[Mapping[Decision, Verdict]] = MappingProxyType(
    {
        Decision.MET: Verdict.PASS,
        Decision.MISSED: Verdict.FAIL,
        Decision.UNDECIDED: Verdict.INCONCLUSIVE,
        Decision.NO_DATA: Verdict.INCONCLUSIVE,
    }
)
_IN_UNIT_OF_THE_CATALOGUE: Final = {("ms", "ms"): 1.0, ("share", "%"): 100.0}


def to_metric(figure: Figure, requirement: Requirement) -> Metric:
    """The figure in the unit of the catalogue. Raises HarnessFault when it was judged by another limit than that."""
    stated = requirement.metric
    factor = None if stated is None else _IN_UNIT_OF_THE_CATALOGUE.get((figure.unit, stated.unit))
    if stated is None or factor is None:
        raise HarnessFault(f"The catalogue states no limit in {figure.unit} for {requirement.id}.")
    if figure.operator != stated.operator or abs(figure.limit * factor - stated.limit) > 1e-9 * stated.limit:
        raise HarnessFault(f"The load was judged by {figure.operator} {figure.limit}, {requirement.id} says {stated}.")
    interval = figure.interval
    return Metric(
        id="/".join(filter(None, (requirement.id, stated.statistic, figure.operation))),
        title=f"{stated.title}: {figure.operation}" if figure.operation else stated.title,
        requirement=requirement.id,
        statistic=stated.statistic,
        limit=stated.limit,
        limit_operator=cast(Literal["<", "<=", "=", ">=", ">"], stated.operator),
        value=None if figure.value is None else figure.value * factor,
        interval=None if interval is None else (interval.low * factor, interval.high * factor),
        method=figure.method,
        n=figure.n,
        unit=stated.unit,
        verdict=_VERDICTS[figure.decision],
        reason=figure.reason,
    )


def examine_metrics(examine: Examination, metrics: list[Metric], *, circumstances: str = "") -> None:
    """Measure all of them; a single one that is beyond its limit is a violation, however many are not decided.

    `circumstances` is a sentence that a reader of the failure should know.
    """
    for metric in metrics:
        examine.measure(metric)
    missed = [metric for metric in metrics if metric.verdict is Verdict.FAIL]
    if missed:
        worst = missed[0]
        examine.fail(
            Outcome.LIMIT_MISSED,
            expected=f"{worst.statistic} {worst.limit_operator} {worst.limit:g} {worst.unit}",
            observed=" ".join(filter(None, ("; ".join(map(describe, missed)) + ".", circumstances))),
        )


def describe(metric: Metric) -> str:
    """The metric in a few words, with its bounds and the number of samples."""
    if metric.value is None or metric.interval is None:
        return f"{metric.title}: {metric.reason}"
    low, high = metric.interval
    return f"{metric.title}: {metric.value:.4g} {metric.unit} [{low:.4g}, {high:.4g}], n = {metric.n}"
