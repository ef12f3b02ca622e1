"""Live mode: bundles of points alter a running shop, and a run of its own examines it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from reports.results import read_evidence, read_results
from reports.verdicts import Verdict
from spec.falsify.experiment_run import NULL_END, BreakableShop, RunningRuns, run_experiment
from spec.falsify.points.altered_breaches import NOTICED_VARIABLE
from spec.falsify.points.bundles import ALTERED_FIELD, Bundle
from spec.falsify.points.point_faults import PointFault
from spec.falsify.points.point_judging import PointFinding, PointState
from spec.run.run_folder import RESULTS

PLUGIN: Final = "spec.falsify.points.altered_breaches"


@dataclass
class LiveRuns:
    """Runs bundles one after the other, each in a folder of its own."""

    folder: Path
    seed: int
    routes: str
    running: RunningRuns
    without: Collection[str] = ()
    """Capabilities of the shop that the runs may not use."""

    def carry_out(self, number: int, points: list[PointFault]) -> list[PointFinding]:
        """Run one bundle. Raises ExperimentFailed where the run itself breaks."""
        folder = self.folder / f"bundle-{number}"
        folder.mkdir(parents=True)
        bundle = Bundle(self.routes, points)
        written, fired, noticed = bundle.write(folder / "points.json"), folder / "fired.txt", folder / "noticed.json"
        shop = BreakableShop()
        command = ["{python}", "-m", "spec.falsify.points.altered_shop", str(written), str(fired)]
        command += [*shop.command, NULL_END]
        profile = shop.write_profile(folder / "target.toml", command, without=self.without)
        run_experiment(
            profile, bundle.requirements, folder, seed=self.seed,
            options=["--", "-p", PLUGIN], environment={NOTICED_VARIABLE: str(noticed)}, running=self.running,
            to_the_end=True,
        )  # fmt: skip
        altered = fired.read_text(encoding="utf-8").split() if fired.is_file() else []
        return [_find(point, altered, _cited(noticed, folder, point.requirement)) for point in points]


def _find(point: PointFault, altered: list[str], cited: Iterable[str]) -> PointFinding:
    count = altered.count(point.id)
    if not count:
        return PointFinding(point, PointState.NEVER_MET)
    return PointFinding(point, PointState.NOTICED if point.id in cited else PointState.UNNOTICED, altered=count)


def _cited(noticed: Path, folder: Path, requirement: str) -> set[str]:
    """Return the points that breaches of the rules cite, and those that the evidence of red checks shows."""
    judged: Mapping[str, list[str]] = json.loads(noticed.read_text(encoding="utf-8")) if noticed.is_file() else {}
    return {*judged.get(requirement, []), *_shown(folder, requirement)}


def _shown(folder: Path, requirement: str) -> Iterator[str]:
    written = next(iter(sorted(folder.glob(f"*/{RESULTS}"))))
    results = read_results(written)
    pieces = {one.sha256: one for one in results.evidence}
    checks = [check for one in results.requirements if one.id == requirement for check in one.checks]
    for digest in [digest for check in checks if check.verdict is Verdict.FAIL for digest in check.evidence]:
        for line in read_evidence(written.parent, pieces[digest]).decode(errors="replace").splitlines():
            name, _, value = line.partition(":")
            if name == ALTERED_FIELD:
                yield value.strip()
