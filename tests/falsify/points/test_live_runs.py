"""A live run tells of each point of a bundle if it altered anything, and if a breach cites that."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from reports.results import write_results
from spec.falsify.experiment_run import REFERENCE, RunningRuns
from spec.falsify.experiments import ExperimentVerdict
from spec.falsify.points import live_runs
from spec.falsify.points.altered_breaches import NOTICED_VARIABLE
from spec.falsify.points.bundles import read_bundle
from spec.falsify.points.live_runs import LiveRuns
from spec.falsify.points.point_faults import PointFault
from spec.falsify.points.point_judging import PointState
from spec.falsify.points.violations import dropped
from spec.falsify.points.wire_facts import METHOD
from spec.run.run_folder import RESULTS
from tests.falsify.points.scenes import LISTING
from tests.reports.samples import make_results

NOSNIFF = dropped("X-Content-Type-Options")
CITED, UNCITED, UNMET = (PointFault("HDR-001", "methods", ((METHOD, name),), NOSNIFF) for name in ("A", "B", "C"))


def run(
    profile: Path, requirements: Sequence[str], runs: Path, *, environment: Mapping[str, str], **_: object
) -> Mapping[str, ExperimentVerdict]:
    """Alter exchanges of two points, and let a breach cite one of them."""
    assert list(requirements) == ["HDR-001"]
    assert str(runs / "points.json") in profile.read_text(encoding="utf-8")
    assert [one.id for one in read_bundle(runs / "points.json").points] == [CITED.id, UNCITED.id, UNMET.id]
    (runs / "fired.txt").write_text(f"{CITED.id}\n{UNCITED.id}\n{UNCITED.id}\n", encoding="utf-8")
    Path(environment[NOTICED_VARIABLE]).write_text(json.dumps({"HDR-001": [CITED.id]}), encoding="utf-8")
    (runs / "run").mkdir()
    write_results(make_results(), runs / "run" / RESULTS)
    return {}


def test_a_point_is_noticed_not_noticed_or_never_met(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_runs, "run_experiment", run)
    findings = LiveRuns(tmp_path, 1, LISTING, RunningRuns()).carry_out(1, [CITED, UNCITED, UNMET])
    profile = tomllib.loads((tmp_path / "bundle-1" / "target.toml").read_text(encoding="utf-8"))
    assert "commands" in profile["claims"]["capabilities"]
    assert [(one.point, one.state, one.altered) for one in findings] == [
        (CITED, PointState.NOTICED, 1),
        (UNCITED, PointState.UNNOTICED, 2),
        (UNMET, PointState.NEVER_MET, 0),
    ]


def test_a_run_may_be_left_without_the_commands_of_the_shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_runs, "run_experiment", run)
    runs = LiveRuns(tmp_path, 1, LISTING, RunningRuns(), without=["commands"])
    runs.carry_out(1, [CITED, UNCITED, UNMET])
    profile = tomllib.loads((tmp_path / "bundle-1" / "target.toml").read_text(encoding="utf-8"))
    reference = tomllib.loads(REFERENCE.read_text(encoding="utf-8"))
    left_out = {*reference["claims"]["capabilities"]} - {*profile["claims"]["capabilities"]}
    assert left_out == {"commands"}
