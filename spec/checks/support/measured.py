"""Counted figures against the limit that the catalogue states for their requirement."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, Literal, cast

from reports.results import Metric
from reports.verdicts import Verdict
from spec.catalogue import Requirement

Operator = Literal["<", "<=", "=", ">=", ">"]
_COMPARE: Final[Mapping[str, Callable[[float, float], bool]]] = MappingProxyType(
    {"<": operator.lt, "<=": operator.le, "=": operator.eq, ">=": operator.ge, ">": operator.gt}
)


def count_figure(requirement: Requirement, value: float, *, n: int, method: str, slack: float = 0.0) -> Metric:
    """A figure that was counted or read, not estimated: it has no interval.

    `slack` is what the target declares to admit beyond an exact limit, in the limit's unit. Raises ValueError where the
    catalogue states no limit for the requirement.
    """
    limit = requirement.metric
    if limit is None:
        message = f"{requirement.id} has no metric in the catalogue"
        raise ValueError(message)
    met = _COMPARE[limit.operator](value, limit.limit) or (limit.operator == "=" and 0 <= value - limit.limit <= slack)
    return Metric(
        id=f"{requirement.id}/{limit.statistic}",
        title=limit.title,
        requirement=requirement.id,
        statistic=limit.statistic,
        limit=limit.limit,
        limit_operator=cast(Operator, limit.operator),
        value=value,
        interval=None,
        method=method,
        n=n,
        unit=limit.unit,
        verdict=Verdict.PASS if met else Verdict.FAIL,
        reason="" if met or slack == 0 else f"beyond the declared tolerance of {slack:g} {limit.unit}",
    )
