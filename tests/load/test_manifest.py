from __future__ import annotations

import json
from pathlib import Path

import pytest

from load.health import Lag
from load.load_figures import judge
from load.load_plan import parse_plan
from load.manifest import Ended, GeneratorFigures, LoadRun, Look, Manifest, NoRun, read_run, write_run
from tests.load.plans import make_plan
from tests.load.test_figures import LIMITS, WINDOW, make_samples

LAG = Lag(0.5, 1.0, 2.0, 3.0, 100)


def make_run() -> LoadRun:
    """A complete load of made-up samples."""
    plan, samples = parse_plan(make_plan()), make_samples(300)
    look = Look(60.0, 0.05, judge(samples, WINDOW, LIMITS, ("list", "open")))
    manifest = Manifest(
        ended=Ended.COMPLETE,
        reason="",
        plan=plan.as_json(),
        plan_sha256=plan.digest,
        started="2026-11-23T10:00:00+00:00",
        schedule_began="2026-11-23T10:00:05+00:00",
        finished="2026-11-23T10:02:00+00:00",
        measured_start=10.0,
        measured_seconds=60.0,
        operations=("list", "open"),
        planned_operations=("list", "open"),
        generator=GeneratorFigures(LAG, LAG, 0.1, 0.5, 5.0, 2, 300, 0, 250),
        looks=(look,),
        environment={"python": "3.11", "cores": 2},
    )
    return LoadRun(manifest, tuple(samples))


def test_a_run_reads_back_as_it_was_written(tmp_path: Path) -> None:
    write_run(tmp_path, make_run())
    assert read_run(tmp_path) == make_run()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["manifest.json", "samples.bin"]


def test_the_samples_of_the_measured_time_are_those_that_count() -> None:
    assert len(make_run().measured) == 300


@pytest.mark.parametrize("name", ["manifest.json", "samples.bin"])
def test_a_missing_file_is_no_run(tmp_path: Path, name: str) -> None:
    write_run(tmp_path, make_run())
    (tmp_path / name).unlink()
    with pytest.raises(NoRun, match=f"The load left no {name}"):
        read_run(tmp_path)


def test_a_torn_manifest_is_no_run(tmp_path: Path) -> None:
    write_run(tmp_path, make_run())
    text = (tmp_path / "manifest.json").read_text()
    (tmp_path / "manifest.json").write_text(text[: len(text) // 2])
    with pytest.raises(NoRun, match="cannot be read"):
        read_run(tmp_path)


def test_a_manifest_that_breaks_its_schema_is_no_run(tmp_path: Path) -> None:
    write_run(tmp_path, make_run())
    document = json.loads((tmp_path / "manifest.json").read_text())
    del document["generator"]
    (tmp_path / "manifest.json").write_text(json.dumps(document))
    with pytest.raises(NoRun, match="'generator' is a required property"):
        read_run(tmp_path)


def test_samples_of_another_run_are_no_run(tmp_path: Path) -> None:
    write_run(tmp_path, make_run())
    content = (tmp_path / "samples.bin").read_bytes()
    (tmp_path / "samples.bin").write_bytes(content[36:])
    with pytest.raises(NoRun, match="not those that the manifest names"):
        read_run(tmp_path)
