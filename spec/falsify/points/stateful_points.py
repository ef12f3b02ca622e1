"""Points of requirements that no rule judges: each alters a shop alone, and a run of its own examines that shop."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path
from typing import Final

from spec.falsify.experiment_run import ExperimentFailed, RunningRuns
from spec.falsify.points.live_runs import LiveRuns
from spec.falsify.points.point_faults import PointDraw, PointFault
from spec.falsify.points.point_judging import PointFinding, PointState
from spec.falsify.points.shop_recording import RecordedShop

RUNS_A_REQUIREMENT: Final = 6
"""Points of a requirement that are judged by runs of their own, for one seed."""


def draw_spread(draws: Sequence[PointDraw], *, seed: int, wanted: int) -> list[PointFault]:
    """Draw so many points over all spans of a requirement, one of each span in turn."""
    drawn = [_narrowed(draw).draw(wanted, seed) for draw in draws]
    return [point for turn in zip_longest(*drawn) for point in turn if point is not None][:wanted]


def _narrowed(draw: PointDraw) -> PointDraw:
    """Return the draw from exchanges that a violation speaks of: of thousands a document has a few, and none is met."""
    speaks = {one.where for one in draw.violations}
    return replace(draw, scenes=[scene for scene in draw.scenes if any(where(scene) for where in speaks)])


def judge_alone(
    points: Sequence[PointFault], shop: RecordedShop, folder: Path, *, seed: int, progress: Callable[[str], None]
) -> list[PointFinding]:
    """Carry out one run for each point, and tell of each as it ends. An interruption ends the run that goes on.

    The runs have no commands of the shop. What those print no point alters, so that a check which compares it with what
    is served would notice every change, and say nothing of the violation.
    """
    shutil.rmtree(folder, ignore_errors=True)
    runs, found = LiveRuns(folder, seed, shop.routes, RunningRuns(), without=["commands"]), list[PointFinding]()
    for number, point in enumerate(points, start=1):
        started = time.monotonic()
        found.append(_judge(runs, number, point))
        state, seconds = found[-1].state, time.monotonic() - started
        progress(f"[{number}/{len(points)}] {point.name}: {state} ({seconds:.0f} s)")
    return found


def _judge(runs: LiveRuns, number: int, point: PointFault) -> PointFinding:
    try:
        return runs.carry_out(number, [point])[0]
    except ExperimentFailed as error:
        return PointFinding(point, PointState.UNJUDGED, example=str(error))
