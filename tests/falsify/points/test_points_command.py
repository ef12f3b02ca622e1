"""The command line of points: what it chooses, prints, keeps, and returns."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from reports.exit_codes import ExitCode
from spec.falsify import falsify_command
from spec.falsify.points import points_command
from spec.falsify.points.point_faults import PointFault
from spec.falsify.points.point_judging import PointFinding, PointState, Recording
from spec.falsify.points.shop_recording import RecordedShop
from spec.falsify.points.violations import Scene
from tests.falsify.points.scenes import answered, reader, scene
from tests.support.judged_answers import known_target

METHODS = ("GET", "HEAD", "PUT", "DELETE")
Falsify = Callable[..., int]


def scenes(*methods: str) -> list[Scene]:
    """Return sound answers to these methods, in both versions and as every status that a point may name."""
    known = reader()
    sound = answered(200, X_Content_Type_Options="nosniff")
    return [
        scene(sound, method, f"/api/{version}/orders", known=known, headers=(("Accept", "text/html"),))
        for method in methods
        for version in ("v1", "v2")
    ]


@pytest.fixture
def toured() -> list[str]:
    """The methods that the tour has asked."""
    return list(METHODS)


@pytest.fixture
def falsify(toured: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Falsify:
    def record(*_: object, **__: object) -> RecordedShop:
        return RecordedShop(Recording(scenes(*toured), known_target()), tuple(scenes(*METHODS)))

    monkeypatch.setattr(points_command, "record_shop", record)
    folders = ["--runs", str(tmp_path / "runs"), "--kills", str(tmp_path / "kills")]
    return lambda *arguments: falsify_command.main(["--points", *arguments, *folders])


def points_of(folder: Path, seed: int) -> list[dict[str, str]]:
    """Read the points of an artefact."""
    content = json.loads((folder / "runs" / f"points-{seed}.json").read_text(encoding="utf-8"))
    return list(content["points"])


def test_points_that_are_all_noticed_are_kept_by_span(falsify: Falsify, tmp_path: Path) -> None:
    assert falsify("HDR-001", "--seed", "4") == ExitCode.MET
    kept = tomllib.loads((tmp_path / "kills" / "HDR-001.toml").read_text(encoding="utf-8"))["points"]
    assert kept["seed"] == 4
    assert kept["spans"]["methods"] == kept["spans"]["versions"] == [10, 10]
    assert {one["state"] for one in points_of(tmp_path, 4)} == {"noticed"}


def test_the_score_of_a_quick_tour_is_not_kept(falsify: Falsify, tmp_path: Path) -> None:
    assert falsify("HDR-001", "--seed", "4", "--quick") == ExitCode.MET
    assert not (tmp_path / "kills").exists()


def test_points_where_the_tour_does_not_go_fall_short_and_are_named(
    falsify: Falsify, toured: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    toured.remove("HEAD")
    assert falsify("HDR-001", "--seed", "4") == ExitCode.FAILED
    missed = [one["name"] for one in points_of(tmp_path, 4) if one["state"] == "never met"]
    assert missed
    assert all("HEAD" in name for name in missed)
    output = capsys.readouterr().out
    assert all(f"✗ {name} (never met)" in output for name in missed)
    assert "points were noticed, that is fewer than 95 percent" in output
    summary = (tmp_path / "runs" / "points-4.md").read_text(encoding="utf-8")
    assert summary.count(" (never met)\n") == len(missed)


def test_a_span_that_falls_short_is_judged_by_more_points(falsify: Falsify, toured: list[str], tmp_path: Path) -> None:
    toured[:] = ["GET"]
    falsify("HDR-001", "--seed", "4")
    content = json.loads((tmp_path / "runs" / "points-4.json").read_text(encoding="utf-8"))
    drawn = content["requirements"]["HDR-001"]
    assert drawn["methods"][1] == 50
    assert drawn["methods"][0] < 40
    names = [one["name"] for one in points_of(tmp_path, 4)]
    assert len(names) == len(set(names))
    assert drawn["headers"][1] == 10


def test_the_same_seed_draws_the_same_points(falsify: Falsify, tmp_path: Path) -> None:
    falsify("HDR-001", "--seed", "4")
    first = points_of(tmp_path, 4)
    falsify("HDR-001", "--seed", "4")
    assert points_of(tmp_path, 4) == first
    falsify("HDR-001", "--seed", "5")
    assert points_of(tmp_path, 5) != first


def test_a_new_seed_is_drawn_and_printed(falsify: Falsify, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    falsify("HDR-001", "--points-per-span", "1")
    found = re.search(r"^seed (\d+):", capsys.readouterr().out)
    assert found
    assert points_of(tmp_path, int(found[1]))


def test_a_requirement_without_kinds_is_named_with_those_that_have_some(
    falsify: Falsify, capsys: pytest.CaptureFixture[str]
) -> None:
    assert falsify("SHOP-001") == ExitCode.WRONG_USE
    said = capsys.readouterr().err
    assert said.startswith("falsify: 'SHOP-001' has no kinds of violation; those that have are HDR-001, ")


def judge_first(
    points: Sequence[PointFault], _: RecordedShop, folder: Path, *, seed: int, progress: Callable[[str], None]
) -> list[PointFinding]:
    """Notice the first point and miss all others."""
    assert folder.name == f"points-{seed}-alone"
    progress(f"{len(points)} runs")
    states = [PointState.NOTICED, *[PointState.UNNOTICED] * len(points)]
    return [PointFinding(point, state, altered=1) for point, state in zip(points, states, strict=False)]


@pytest.fixture
def without_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no rule judge anything."""
    monkeypatch.setattr(points_command, "find_rules", dict)
    monkeypatch.setattr(points_command, "judge_alone", judge_first)


@pytest.mark.usefixtures("without_rules")
@pytest.mark.parametrize(("options", "drawn"), [([], 6), (["--runs-per-requirement", "3"], 3)])
def test_points_of_a_requirement_without_a_rule_are_judged_by_runs_of_their_own(
    falsify: Falsify, tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], drawn: int
) -> None:
    assert falsify("HDR-001", "--seed", "4", *options) == ExitCode.FAILED
    states = [one["state"] for one in points_of(tmp_path, 4)]
    assert states == ["noticed", *["not noticed"] * (drawn - 1)]
    output = capsys.readouterr().out
    assert f"{drawn} runs of one point each, for what no rule judges\n  {drawn} runs\n" in output
    # A span of fewer than ten points does not fall short by itself; all of them together do.
    assert "noticed 0 of" not in output
    assert f"1 of {drawn} points were noticed, that is fewer than 95 percent" in output
    kept = tomllib.loads((tmp_path / "kills" / "HDR-001.toml").read_text(encoding="utf-8"))["points"]
    assert sum(count for _, count in kept["spans"].values()) == drawn
    assert (tmp_path / "runs" / "points-4.md").read_text(encoding="utf-8").count(" (not noticed)\n") == drawn - 1


@pytest.mark.usefixtures("without_rules")
def test_bundles_hold_no_points_that_had_a_run_of_their_own(
    falsify: Falsify, capsys: pytest.CaptureFixture[str]
) -> None:
    falsify("HDR-001", "--seed", "4", "--live", "1")
    assert "live bundle" not in capsys.readouterr().out


@pytest.mark.usefixtures("without_rules")
def test_without_runs_a_requirement_without_a_rule_is_left_out_and_said_so(
    falsify: Falsify, capsys: pytest.CaptureFixture[str]
) -> None:
    assert falsify("HDR-001", "--runs-per-requirement", "0") == ExitCode.FAILED
    output = capsys.readouterr().out
    assert "HDR-001 was left out: no rule judges it, and it was given no run (--runs-per-requirement 0)" in output
    assert "no point was drawn: nothing was shown" in output
