"""Turn figures of the load into metrics of the report."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from load.load_figures import Figure
from load.statistics.decision import LimitDecision
from reports.results import Metric
from reports.verdicts import Verdict
from spec.catalogue import Requirement
from spec.checking.examination import Examination
from spec.checking.outcomes import HarnessFault, Outcome

_DECIDED: Final = {LimitDecision.MET: Verdict.PASS, LimitDecision.MISSED: Verdict.FAIL}
_IN_UNIT_OF_THE_CATALOGUE: Final = {("ms", "ms"): 1.0, ("share", "%"): 100.0}


def to_metric(figure: Figure, requirement: Requirement) -> Metric:
    """Express a figure in the unit of the catalogue. Raises HarnessFault when it was judged by another limit."""
    stated, value, interval = requirement.metric, figure.value, figure.interval
    factor = _IN_UNIT_OF_THE_CATALOGUE.get((figure.unit, stated.unit)) if stated else None
    if stated is None or factor is None:
        raise HarnessFault(f"The catalogue states no limit in {figure.unit} for {requirement.id}.")
    if figure.operator != stated.operator or abs(figure.limit * factor - stated.limit) > 1e-9 * stated.limit:
        raise HarnessFault(f"The load was judged by {figure.operator} {figure.limit}, {requirement.id} says {stated}.")
    return Metric(
        id="/".join(filter(None, (requirement.id, stated.statistic, figure.operation))),
        title=": ".join(filter(None, (stated.title, figure.operation))),
        requirement=requirement.id,
        statistic=stated.statistic,
        limit=stated.limit,
        limit_operator=stated.operator,
        value=None if value is None else value * factor,
        interval=None if interval is None else (interval[0] * factor, interval[1] * factor),
        method=figure.method,
        n=figure.n,
        unit=stated.unit,
        verdict=_DECIDED.get(figure.decision, Verdict.INCONCLUSIVE),
        reason=figure.reason,
    )


def examine_figures(
    examine: Examination,
    requirement: Requirement,
    figures: Iterable[Figure],
    circumstances: str = "",
    *,
    excuse: str = "",
) -> None:
    """Measure all figures; a single one beyond its limit is a violation, however many are not decided.

    `circumstances` is a sentence that a reader of the failure should know. Where there is an `excuse`, a limit that was
    missed decides nothing.
    """
    metrics = [to_metric(figure, requirement) for figure in figures]
    if excuse:
        metrics = [
            metric.changed(verdict=Verdict.INCONCLUSIVE, reason=excuse) if metric.verdict is Verdict.FAIL else metric
            for metric in metrics
        ]
    for metric in metrics:
        examine.add_metric(metric)
    missed = "; ".join(describe(metric) for metric in metrics if metric.verdict is Verdict.FAIL)
    if missed:
        observed = f"{missed}. {circumstances}".strip()
        examine.fail(Outcome.LIMIT_MISSED, str(requirement.metric), saw=None, observed=observed)


def describe(metric: Metric) -> str:
    """Describe a metric in a few words, with its bounds and the number of samples."""
    if metric.value is None or metric.interval is None:
        return f"{metric.title}: {metric.reason}"
    low, high = metric.interval
    return f"{metric.title}: {metric.value:.4g} {metric.unit} [{low:.4g}, {high:.4g}], n = {metric.n}"
