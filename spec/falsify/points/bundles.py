"""Bundles: points that alter one running shop together, written down for the process that alters it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from spec.falsify import FalsifyError
from spec.falsify.points.kinds import VIOLATIONS
from spec.falsify.points.point_faults import PointFault

ALTERED_FIELD: Final = "Shopspec-Altered"
"""Response header that names the point which altered an exchange. No run but one of falsify's sees it."""
ALONE: Final = frozenset({"VAL-014", "VAL-015", "TOK-016"})
"""Requirements whose points change what the rest of a run stands on: each of their points has a run of its own."""
MOST_ALONE: Final = 6
"""Points of such a requirement that are tried for one seed."""
BUNDLED: Final = 60


@dataclass(frozen=True)
class Bundle:
    """Points for one run, and the listing of the routes by which they know a path."""

    routes: str
    points: Sequence[PointFault]

    @property
    def requirements(self) -> list[str]:
        """The requirements of its points."""
        return sorted({point.requirement for point in self.points})

    def write(self, path: Path) -> Path:
        """Write it down; a violation is told by its name, which is one of its requirement's alone."""
        points = [
            {"requirement": one.requirement, "span": one.span, "conditions": one.conditions, "kind": one.violation.name}
            for one in self.points
        ]
        path.write_text(json.dumps({"routes": self.routes, "points": points}), encoding="utf-8")
        return path


def read_bundle(path: Path) -> Bundle:
    """Read a bundle that was written down."""
    content = json.loads(path.read_text(encoding="utf-8"))
    return Bundle(content["routes"], [_read_point(one) for one in content["points"]])


def _read_point(told: Mapping[str, Any]) -> PointFault:
    requirement, name = told["requirement"], told["kind"]
    violation = next((one for one in VIOLATIONS.get(requirement, ()) if one.name == name), None)
    if violation is None:
        raise FalsifyError(f"{requirement} has no kind of violation {name!r}")
    return PointFault(requirement, told["span"], tuple((one, value) for one, value in told["conditions"]), violation)


def divide_points(points: Iterable[PointFault]) -> Iterator[list[PointFault]]:
    """Part points into bundles: dozens together, and those that go alone one by one."""
    together: list[PointFault] = []
    alone: dict[str, list[PointFault]] = {}
    for point in points:
        if point.requirement in ALONE:
            alone.setdefault(point.requirement, []).append(point)
        else:
            together.append(point)
    for start in range(0, len(together), BUNDLED):
        yield together[start : start + BUNDLED]
    for own in alone.values():
        yield from ([one] for one in own[:MOST_ALONE])
