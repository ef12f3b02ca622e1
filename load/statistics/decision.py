"""Compare an interval with a limit: met, missed, or undecided."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from operator import ge, gt, le, lt
from typing import Final, NamedTuple, Self


class LimitDecision(StrEnum):
    """The outcome of comparing an interval with a limit."""

    MET = "met"
    MISSED = "missed"
    UNDECIDED = "undecided"
    NO_DATA = "no data"


class Interval(NamedTuple):
    """Bounds between which the true figure lies, but for the alpha that was spent on them."""

    low: float
    high: float

    def around(self, other: Self) -> Interval:
        """Return the smallest interval that holds both."""
        return Interval(min(self.low, other.low), max(self.high, other.high))


_OPERATORS: Final[Mapping[str, Callable[[float, float], bool]]] = {"<": lt, "<=": le, ">": gt, ">=": ge}


def decide(interval: Interval | None, operator: str, limit: float) -> LimitDecision:
    """Decide by how much of the interval is on the right side of the limit: all of it, nothing, or some.

    `operator` is the limit's own: "<", "<=", ">" or ">=". A value is never compared alone: an estimate on the right
    side whose interval reaches across is undecided. No interval means that nothing was measured.
    """
    if interval is None:
        return LimitDecision.NO_DATA
    holds = _OPERATORS[operator]
    at_both_ends = (holds(interval.low, limit), holds(interval.high, limit))
    if all(at_both_ends):
        return LimitDecision.MET
    return LimitDecision.UNDECIDED if any(at_both_ends) else LimitDecision.MISSED
