"""Findings of a run: times with their spread, ratios over paired rounds, goals, and what each index is worth."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

PAYS_FROM = 1.5
"""An index that makes its query less than so many times as fast does not pay for its size and its writes."""


@dataclass(frozen=True)
class Spread:
    """A median with its quartiles, and the least and the most, of single times or of one value a round."""

    median: float
    low: float
    high: float
    least: float
    most: float
    count: int


@dataclass(frozen=True)
class Figure:
    """One arm of a comparison. `group` names what is compared, `name` the arm."""

    group: str
    name: str
    unit: str
    spread: Spread
    statements: int | None = None
    note: str = ""


@dataclass(frozen=True)
class Goal:
    """A ratio that has to be on one side of `limit`; its median over the rounds decides.

    A missed aim is told as a missed limit is, but fails no run: it says how far there is to go.
    """

    name: str
    operator: Literal["≥", "≤"]
    limit: float
    ratio: Spread
    judged: bool
    note: str = ""
    aim: bool = False

    @property
    def met(self) -> bool:
        """True when the median is on the right side."""
        median = self.ratio.median
        return median >= self.limit if self.operator == "≥" else median <= self.limit

    @property
    def verdict(self) -> str:
        """The verdict as the tables state it."""
        if not self.judged:
            return "not judged (small run)"
        if self.met:
            return "met"
        return "NOT MET (an aim)" if self.aim else "NOT MET"

    @property
    def fails(self) -> bool:
        """True when the run has to fail for it."""
        return self.judged and not self.met and not self.aim


@dataclass(frozen=True)
class IndexArm:
    """One query with one set of indexes: `arm` is "without", "roadmap" (as it is written there) or "shop"."""

    index: str
    query: str
    arm: Literal["without", "roadmap", "shop"]
    definition: str
    milliseconds: Spread
    plan: str
    bytes: int | None


@dataclass(frozen=True)
class IndexWorth:
    """The worth of an index of the roadmap for one query."""

    index: str
    query: str
    without: IndexArm
    roadmap: IndexArm
    shop: IndexArm | None

    @property
    def kept(self) -> IndexArm:
        """The form in which the shop has it."""
        return self.shop or self.roadmap

    @property
    def factor(self) -> float:
        """The speed of the query with it over that without, by the least times: other work of a machine only adds."""
        return self.without.milliseconds.least / self.kept.milliseconds.least

    @property
    def pays(self) -> bool:
        """True when that is worth an index."""
        return self.factor >= PAYS_FROM


@dataclass
class Record:
    """Everything that a run has found so far."""

    figures: list[Figure] = field(default_factory=list)
    goals: list[Goal] = field(default_factory=list)
    arms: list[IndexArm] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)

    def worths(self) -> list[IndexWorth]:
        """Return the indexes of which the arms without and with are measured, in the order in which they were."""
        found: dict[tuple[str, str], dict[str, IndexArm]] = {}
        for arm in self.arms:
            found.setdefault((arm.index, arm.query), {})[arm.arm] = arm
        return [
            IndexWorth(index, query, arms["without"], arms["roadmap"], arms.get("shop"))
            for (index, query), arms in found.items()
            if {"without", "roadmap"} <= set(arms)
        ]


def spread_of(values: Sequence[float]) -> Spread:
    """Return the spread of single times, or of the values of rounds; of one value it is that value."""
    lower, median, upper = statistics.quantiles([*values, *values] if len(values) == 1 else values, method="inclusive")
    return Spread(median, lower, upper, min(values), max(values), len(values))


def percentile(values: Sequence[float], percent: int) -> float:
    """Return the least value that `percent` of a hundred do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]
