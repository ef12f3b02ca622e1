"""Points of requirements without a rule: a few each, over all spans, and a run of its own for each of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from spec.falsify.experiment_run import ExperimentFailed
from spec.falsify.points import stateful_points
from spec.falsify.points.point_faults import PointDraw, PointFault
from spec.falsify.points.point_judging import PointFinding, PointState, Recording
from spec.falsify.points.shop_recording import RecordedShop
from spec.falsify.points.stateful_points import draw_spread, judge_alone
from spec.falsify.points.violations import dropped
from spec.falsify.points.wire_facts import METHOD
from tests.falsify.points.scenes import LISTING, answered, scene
from tests.support.judged_answers import known_target

NOSNIFF = dropped("X-Content-Type-Options")
POINTS = [PointFault("DOC-001", "methods", ((METHOD, name),), NOSNIFF) for name in ("GET", "POST", "PUT")]
SHOP = RecordedShop(Recording([], known_target()), (), LISTING)


@dataclass
class Runs:
    """Runs that notice the first point, break at the second, and miss the third."""

    folder: Path
    seed: int
    routes: str
    running: object
    without: Collection[str] = ()
    carried: list[tuple[int, list[PointFault]]] = field(default_factory=list)

    def carry_out(self, number: int, points: list[PointFault]) -> list[PointFinding]:
        assert (self.seed, self.routes, list(self.without)) == (3, LISTING, ["commands"])
        self.carried.append((number, points))
        self.folder.mkdir(exist_ok=True)
        if number == 2:
            raise ExperimentFailed("its target ended")
        return [PointFinding(points[0], PointState.NOTICED if number == 1 else PointState.UNNOTICED, altered=number)]


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[Runs]:
    """The runs that were made, as soon as there are some."""
    made: list[Runs] = []

    def make(*arguments: Any, **named: Any) -> Runs:
        made.append(Runs(*arguments, **named))
        return made[0]

    monkeypatch.setattr(stateful_points, "LiveRuns", make)
    return made


def test_each_point_has_a_run_of_its_own_and_is_told_as_it_ends(runs: list[Runs], tmp_path: Path) -> None:
    (tmp_path / "of an earlier run").mkdir()
    told: list[str] = []
    found = judge_alone(POINTS, SHOP, tmp_path, seed=3, progress=told.append)
    assert runs[0].carried == [(1, POINTS[:1]), (2, POINTS[1:2]), (3, POINTS[2:])]
    assert [(one.point, one.state) for one in found] == [
        (POINTS[0], PointState.NOTICED),
        (POINTS[1], PointState.UNJUDGED),
        (POINTS[2], PointState.UNNOTICED),
    ]
    assert found[1].example == "its target ended"
    assert [line.rpartition(" (")[0] for line in told] == [
        f"[1/3] {POINTS[0].name}: noticed",
        f"[2/3] {POINTS[1].name}: not judged, its run broke",
        f"[3/3] {POINTS[2].name}: not noticed",
    ]
    assert list(tmp_path.iterdir()) == []


def draws(*spans: str) -> list[PointDraw]:
    """Return draws from a few exchanges of which the violation speaks, among many of which it does not."""
    sound = answered(200, X_Content_Type_Options="nosniff")
    speaking = [scene(sound, method, "/api/v2/orders") for method in ("GET", "HEAD", "POST", "PUT", "PATCH")]
    silent = [scene(answered(200)) for _ in range(2000)]
    rare = NOSNIFF.only(lambda one: "X-Content-Type-Options" in one.response.headers)
    return [PointDraw("HDR-001", span, (rare,), (*silent, *speaking), spans) for span in spans]


def test_points_are_drawn_of_each_span_in_turn() -> None:
    found = draw_spread(draws("versions", "methods"), seed=1, wanted=6)
    assert [one.span for one in found][:4] == ["versions", "methods"] * 2
    assert len(found) == 6
    assert len({one.id for one in found}) == 6


def test_the_same_seed_draws_the_same_points_again() -> None:
    spans = draws("methods")
    assert draw_spread(spans, seed=1, wanted=3) == draw_spread(spans, seed=1, wanted=3)


def test_of_none_wanted_none_is_drawn() -> None:
    assert draw_spread(draws("methods"), seed=1, wanted=0) == []
