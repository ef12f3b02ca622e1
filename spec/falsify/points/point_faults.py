"""Point faults: a requirement, a span, conditions that stand on the wire, and a kind of violation."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import Final

from spec.falsify.points.violations import Scene, ViolationKind
from spec.falsify.points.wire_facts import (
    AREA,
    IDENTITY,
    METHOD,
    OPERATION,
    OUTSIDE,
    PAGE,
    ROUTE,
    SENT,
    STATE,
    STATUS,
    TURN,
    VALUE,
    VARIANT,
    VERSION,
    Facts,
)
from spec.target.exchange import Response

DIMENSIONS: Final[Mapping[str, str]] = {
    "operations": OPERATION,
    "versions": VERSION,
    "methods": METHOD,
    "identities": IDENTITY,
    "pages": PAGE,
    "values": VALUE,
    "states": STATE,
    "repetition": TURN,
    "headers": SENT,
    "variants": VARIANT,
}
"""Span → the dimension in which its points lie. Moments and concurrency happen inside: they are for patched shops."""
LIES_IN: Final[Mapping[str, str]] = {
    **{dimension: span for span, dimension in DIMENSIONS.items()},
    ROUTE: "operations",
    AREA: "operations",
    STATUS: "variants",
}
"""Dimension → the span in which it lies: a requirement that is not of that span need not tell its values apart."""
BROAD: Final[Sequence[Sequence[str]]] = (
    (), (VERSION,), (IDENTITY,), (METHOD,), (AREA,), (METHOD, VERSION), (IDENTITY, VERSION), (ROUTE, VERSION),
)  # fmt: skip
"""The ways to narrow a point beside its span, from every answer with a value to one resource of one version."""
NARROW: Final[Sequence[Sequence[str]]] = (
    *BROAD, (STATUS,), (STATUS, VERSION), (METHOD, STATUS), (METHOD, IDENTITY), (ROUTE, METHOD, VERSION),
    (ROUTE, METHOD, VERSION, IDENTITY),
)  # fmt: skip
"""The same in the spans that a surface is made of: down to one operation of one version as one identity."""
SURFACE: Final = frozenset({"operations", "versions", "methods", "identities", "variants"})
_TRIES: Final = 40
"""Draws for each point that is wanted, before a span is said to have no more."""


@dataclass(frozen=True)
class PointFault:
    """A violation at one point. It alters each exchange on which all its conditions hold and the violation speaks."""

    requirement: str
    span: str
    conditions: tuple[tuple[str, str], ...]
    violation: ViolationKind

    @cached_property
    def name(self) -> str:
        """Requirement, span, where, what: HDR-001 · methods · HEAD of v1 as staff: X-Content-Type-Options dropped."""
        return f"{self.requirement} · {self.span} · {describe(self.conditions)}: {self.violation.name}"

    @cached_property
    def id(self) -> str:
        """A short name that is the same in each run with the same seed."""
        return f"{self.requirement}-{hashlib.sha256(self.name.encode()).hexdigest()[:8]}"

    def holds(self, facts: Facts) -> bool:
        """Tell if all conditions hold on an exchange."""
        return all(value in facts[dimension] for dimension, value in self.conditions)

    def alter(self, scene: Scene) -> Response | None:
        """Return the wrong response to an exchange; None where the point does not touch it."""
        return self.violation.apply(scene) if self.holds(scene.facts) else None


def describe(conditions: Iterable[tuple[str, str]]) -> str:
    """Say in words where a point lies."""
    told = dict(conditions)
    words = list(_place(told))
    if IDENTITY in told:
        words.append(f"as {told[IDENTITY]}")
    if STATUS in told:
        words.append(f"answered {told[STATUS]}")
    words += [f"in the area {told[AREA]}"] if AREA in told else []
    words += [f"with {told[SENT]} sent"] if SENT in told else []
    words += [f"with {told[VALUE]}"] if VALUE in told else []
    words += [told[name] for name in (PAGE, STATE, TURN, VARIANT) if name in told]
    return " ".join(words)


def _place(told: Mapping[str, str]) -> Iterator[str]:
    method, route, version = told.get(METHOD), told.get(ROUTE), told.get(VERSION)
    if OPERATION in told:
        method, _, route = told[OPERATION].partition(" ")
    yield method or "any method"
    if route:
        yield f"/api/{version}{route}" if version and version != OUTSIDE and route.startswith("/") else route
    if version and (not route or version == OUTSIDE or not route.startswith("/")):
        yield version if version == OUTSIDE else f"of {version}"


@dataclass(frozen=True)
class PointDraw:
    """Draws the points of one span of a requirement, from exchanges that falsify had with the shop by itself.

    A point is narrowed by dimensions of the spans that the requirement has, and by no others: "each operation's own
    caller" serves where it has no identities.
    """

    requirement: str
    span: str
    violations: Sequence[ViolationKind]
    scenes: Sequence[Scene]
    spans: Collection[str] = frozenset(DIMENSIONS)
    """All spans of the requirement."""

    def draw(self, wanted: int, seed: int) -> list[PointFault]:
        """Draw points, over as many values of the span as there are. Each alters one of the exchanges at least."""
        chance = Random(f"{seed}/{self.requirement}/{self.span}")  # noqa: S311 - repeatable, not secret
        by_value: dict[str, list[Scene]] = {}
        for scene in self.scenes:
            for value in scene.facts[DIMENSIONS[self.span]]:
                by_value.setdefault(value, []).append(scene)
        values = sorted(by_value)
        chance.shuffle(values)
        found: dict[str, PointFault] = {}
        for turn in range(wanted * _TRIES if values else 0):
            value = values[turn % len(values)]
            point = self._draw_one(chance, value, by_value[value])
            if point is not None:
                found.setdefault(point.id, point)
            if len(found) == wanted:
                break
        return list(found.values())

    def _draw_one(self, chance: Random, value: str, scenes: Sequence[Scene]) -> PointFault | None:
        scene, violation = chance.choice(scenes), chance.choice(self.violations)
        narrowing = chance.choice(NARROW if self.span in SURFACE else BROAD)
        if violation.apply(scene) is None:
            return None
        conditions = [(DIMENSIONS[self.span], value)]
        # An operation says its method and its route already.
        told = {DIMENSIONS[self.span], *((METHOD, ROUTE) if self.span == "operations" else ())}
        others = [name for name in narrowing if name not in told and LIES_IN[name] in self.spans]
        conditions += [(name, min(scene.facts[name])) for name in others]
        return PointFault(self.requirement, self.span, tuple(conditions), violation)
