"""The manifest of a load: how it ended, what was measured, and what the samples beside it are worth.

`manifest.json` is written last and in one step, so it is there only when the samples are. Who reads a folder without
one, or one whose samples are not those that it names, has no load: `read_run` raises.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Final

import jsonschema

from load.encoding import decode_judgement, encode_judgement
from load.health import Lag
from load.load_figures import Judgement
from load.samples import Sample, pack_all, unpack_all

MANIFEST: Final = "manifest.json"
SAMPLES: Final = "samples.bin"


class Ended(StrEnum):
    """How a load ended. Only `complete` says something about the target."""

    COMPLETE = "complete"
    INTERRUPTED = "interrupted"
    INVALID = "invalid"
    """The generator could not do its part: a fault of the harness or its machine, not of the target."""
    UNPREPARED = "unprepared"
    """The target did not do what has to come before the load: it was not reached, or a verb was refused."""


class NoRun(Exception):  # noqa: N818 - it says what there is not
    """The folder holds no load that could be judged; the message is one sentence that says why."""


@dataclass(frozen=True, slots=True)
class GeneratorFigures:
    """What the generator says of itself."""

    send_lag: Lag
    loop_lag: Lag
    cpu_share: float
    """Of one core, used by the generator."""
    machine_share: float | None
    """Of all cores, used by everybody; a machine that is busy with other things makes a target slow."""
    requests_per_second: float
    most_in_flight: int
    shoppers: int
    abandoned_journeys: int
    """Journeys whose later steps were never due because one had failed."""
    cache_hits_claimed: int
    """Hits by the answers' own word since the first request, preparation included."""


@dataclass(frozen=True, slots=True)
class Look:
    """One of the moments, fixed in advance, at which the run could have stopped."""

    seconds: float
    alpha: float
    judgement: Judgement


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything about a load but its samples. The field names are those of `manifest.schema.json`."""

    ended: Ended
    reason: str
    plan: dict[str, Any]
    plan_sha256: str
    started: str
    schedule_began: str
    """The zero of all times in the samples, to lay them beside the target's own logs (RFC 3339, UTC)."""
    finished: str
    measured_start: float
    measured_seconds: float
    operations: tuple[str, ...]
    planned_operations: tuple[str, ...]
    generator: GeneratorFigures
    looks: tuple[Look, ...]
    environment: dict[str, str | float]


@dataclass(frozen=True, slots=True)
class LoadRun:
    """A load as it was recorded: the manifest and the samples that belong to it."""

    manifest: Manifest
    samples: tuple[Sample, ...]

    @property
    def measured(self) -> list[Sample]:
        """The samples that count: those that were meant to start in the measured time."""
        start = self.manifest.measured_start
        end = start + self.manifest.measured_seconds
        return [sample for sample in self.samples if start <= sample.intended < end]


def write_run(folder: Path, run: LoadRun) -> None:
    """Write samples and manifest; the manifest last and atomically."""
    content = pack_all(run.samples)
    (folder / SAMPLES).write_bytes(content)
    document = _encode(run, hashlib.sha256(content).hexdigest())
    jsonschema.validate(document, _schema())
    unfinished = folder / f"{MANIFEST}.part"
    unfinished.write_text(json.dumps(document, indent=1, allow_nan=False) + "\n")
    unfinished.replace(folder / MANIFEST)


def read_run(folder: Path) -> LoadRun:
    """The load in a folder. Raises NoRun when manifest or samples are missing, torn, or do not belong together."""
    try:
        document = json.loads((folder / MANIFEST).read_bytes())
        content = (folder / SAMPLES).read_bytes()
        jsonschema.validate(document, _schema())
        samples = tuple(unpack_all(content))
    except OSError as error:
        raise NoRun(f"The load left no {Path(error.filename).name}.") from error
    except (ValueError, jsonschema.ValidationError) as error:
        raise NoRun(f"What the load left cannot be read: {str(error).splitlines()[0]}.") from error
    named = document["samples"]
    if (named["count"], named["sha256"]) != (len(samples), hashlib.sha256(content).hexdigest()):
        raise NoRun("The samples are not those that the manifest names.")
    return LoadRun(_decode(document), samples)


@cache
def _schema() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(Path(__file__).with_suffix(".schema.json").read_bytes())
    return content


def _encode(run: LoadRun, sha256: str) -> dict[str, object]:
    manifest, measured = run.manifest, run.measured
    outcomes: dict[str, int] = {}
    for sample in measured:
        outcomes[sample.outcome.value] = outcomes.get(sample.outcome.value, 0) + 1
    return {
        "schema_version": 1,
        "ended": manifest.ended.value,
        "reason": manifest.reason,
        "plan": manifest.plan,
        "plan_sha256": manifest.plan_sha256,
        "started": manifest.started,
        "schedule_began": manifest.schedule_began,
        "finished": manifest.finished,
        "measured": {"start": manifest.measured_start, "seconds": manifest.measured_seconds},
        "samples": {"file": SAMPLES, "count": len(run.samples), "measured": len(measured), "sha256": sha256},
        "operations": list(manifest.operations),
        "planned_operations": list(manifest.planned_operations),
        "outcomes": outcomes,
        "generator": asdict(manifest.generator),
        "looks": [
            {"seconds": look.seconds, "alpha": look.alpha, **encode_judgement(look.judgement)}
            for look in manifest.looks
        ],
        "environment": manifest.environment,
    }


def _decode(document: dict[str, Any]) -> Manifest:
    generator = document["generator"]
    lags = {name: Lag(**generator[name]) for name in ("send_lag", "loop_lag")}
    return Manifest(
        ended=Ended(document["ended"]),
        reason=document["reason"],
        plan=document["plan"],
        plan_sha256=document["plan_sha256"],
        started=document["started"],
        schedule_began=document["schedule_began"],
        finished=document["finished"],
        measured_start=document["measured"]["start"],
        measured_seconds=document["measured"]["seconds"],
        operations=tuple(document["operations"]),
        planned_operations=tuple(document["planned_operations"]),
        generator=GeneratorFigures(**{**generator, **lags}),
        looks=tuple(Look(look["seconds"], look["alpha"], decode_judgement(look)) for look in document["looks"]),
        environment=document["environment"],
    )
