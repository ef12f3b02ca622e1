from __future__ import annotations

import json
import math
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from load.__main__ import main
from load.failure_kinds import FailureKind
from load.figure_computation import compute_figures
from load.load_figures import MeasuredTime
from load.manifest import (
    GeneratorFigures,
    InterimLook,
    Lag,
    LoadEnd,
    LoadManifest,
    LoadRun,
    NoUsableLoad,
    SamplesFile,
    read_run,
    write_run,
)
from load.samples import RequestOutcome
from load.verb_times import VerbFigures
from tests.load.plans import make_plan, parse_plan
from tests.load.test_figures import LIMITS, WINDOW, make_samples

SCHEMAS = Path(__file__).parents[2] / "docs" / "schemas"
LAG = Lag(p50=0.5, p95=1.0, p99=2.0, longest=3.0, count=100)


def make_run() -> LoadRun:
    """Make a complete load of made-up samples."""
    plan, samples = parse_plan(make_plan()), make_samples(300)
    report = compute_figures(samples, WINDOW, LIMITS, ("list", "open"))
    measured = MeasuredTime(start=10.0, seconds=60.0)
    manifest = LoadManifest(
        ended=LoadEnd.COMPLETE,
        reason="",
        plan=plan,
        plan_sha256=plan.digest,
        started=datetime(2026, 11, 23, 10, 0, tzinfo=UTC),
        schedule_began=datetime(2026, 11, 23, 10, 0, 5, 125000, tzinfo=UTC),
        finished=datetime(2026, 11, 23, 10, 2, tzinfo=UTC),
        measured=measured,
        samples=SamplesFile.of(samples, measured),
        operations=("list", "open"),
        planned_operations=("list", "open"),
        left_out=("search products",),
        verbs=(
            VerbFigures(
                operation="list", count=150, failed=3, fewest_requests=1, most_requests=41, p50=20.0, p95=math.inf
            ),
            VerbFigures(operation="open", count=150, failed=0, fewest_requests=1, most_requests=1, p50=20.0, p95=20.0),
        ),
        failures=(FailureKind(operation="list", outcome=RequestOutcome.STATUS, count=3, sentence="expected 200"),),
        generator=GeneratorFigures(
            send_lag=LAG,
            loop_lag=LAG,
            cpu_share=0.1,
            machine_share=0.5,
            machine_share_before=0.1,
            requests_per_second=5.0,
            most_in_flight=2,
            shoppers=300,
            abandoned_journeys=0,
            cache_hits_claimed=250,
        ),
        looks=(InterimLook(seconds=60.0, alpha=0.05, **dict(report)),),
        environment={"python": "3.11", "cores": 2},
    )
    return LoadRun(manifest, tuple(samples))


def test_a_run_reads_back_as_it_was_written(tmp_path: Path) -> None:
    write_run(tmp_path, make_run())
    assert read_run(tmp_path) == make_run()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["manifest.json", "samples.bin"]


def test_the_samples_of_the_measured_time_are_those_that_count() -> None:
    run = make_run()
    assert len(run.measured) == 300
    later = SamplesFile.of(run.samples, MeasuredTime(start=40.0, seconds=10.0))
    assert (later.count, later.measured, later.outcomes) == (300, 50, {run.samples[0].outcome: 50})


def test_an_operation_is_done_when_one_whole_verb_was_right() -> None:
    verbs = make_run().manifest.verbs
    manifest = make_run().manifest.changed(verbs=(verbs[0].changed(failed=150), verbs[1]))
    assert manifest.operations_done == {"open"}


@pytest.mark.parametrize("name", ["manifest.json", "samples.bin"])
def test_a_missing_file_is_no_load(tmp_path: Path, name: str) -> None:
    write_run(tmp_path, make_run())
    (tmp_path / name).unlink()
    with pytest.raises(NoUsableLoad, match=f"The load left no {name}"):
        read_run(tmp_path)


def test_a_torn_manifest_is_no_load(tmp_path: Path) -> None:
    write_run(tmp_path, make_run())
    text = (tmp_path / "manifest.json").read_text()
    (tmp_path / "manifest.json").write_text(text[: len(text) // 2])
    with pytest.raises(NoUsableLoad, match="cannot be read"):
        read_run(tmp_path)


def _broken(document: dict[str, Any], *place: str | int, value: object = None) -> dict[str, Any]:
    """Put a value at a place of the document; None takes away what stands there."""
    table: Any = document
    for key in place[:-1]:
        table = table[key]
    if value is None:
        del table[place[-1]]
    else:
        table[place[-1]] = value
    return document


@pytest.mark.parametrize(
    ("place", "value", "problem"),
    [
        (("generator",), None, "manifest.json: generator is missing"),
        (("generator", "send_lag", "p95"), None, "[generator.send_lag] p95 is missing"),
        (("looks", 0, "figures", 0, "interval"), [1.0], "interval"),
        (("looks", 0, "figures", 0, "value"), "endless", "has to be number"),
        (("ended",), "done", "ended has to be"),
        (("samples", "count"), -1, "[samples] count has to be greater than or equal to 0, it is -1"),
        (("reasn",), "x", "unknown key reasn; did you mean 'reason'?"),
        (("schema_version",), 1, "schema_version has to be 4, it is 1"),
    ],
)
def test_a_manifest_that_breaks_its_model_is_no_load(
    tmp_path: Path, place: tuple[str | int, ...], value: object, problem: str
) -> None:
    write_run(tmp_path, make_run())
    document = json.loads((tmp_path / "manifest.json").read_text())
    (tmp_path / "manifest.json").write_text(json.dumps(_broken(document, *place, value=value)))
    with pytest.raises(NoUsableLoad) as refusal:
        read_run(tmp_path)
    assert problem in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_samples_of_another_run_are_no_load(tmp_path: Path) -> None:
    write_run(tmp_path, make_run())
    content = (tmp_path / "samples.bin").read_bytes()
    (tmp_path / "samples.bin").write_bytes(content[36:])
    with pytest.raises(NoUsableLoad, match="not those that the manifest names"):
        read_run(tmp_path)


@pytest.mark.parametrize("name", ["load-plan.schema.json", "load-manifest.schema.json"])
def test_the_schema_in_the_documentation_is_that_of_the_model(tmp_path: Path, name: str) -> None:
    assert main(["schemas", str(tmp_path)]) == 0
    written = (tmp_path / name).read_text(encoding="utf-8")
    committed = (SCHEMAS / name).read_text(encoding="utf-8")
    assert written == committed, "run `python -m load schemas docs/schemas`"


def test_a_written_manifest_fits_the_committed_schema(tmp_path: Path) -> None:
    write_run(tmp_path, make_run())
    schema = json.loads((SCHEMAS / "load-manifest.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(json.loads((tmp_path / "manifest.json").read_text()), schema)
