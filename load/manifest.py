"""The manifest of a load: how it ended, what was measured, and what the samples beside it are worth.

`manifest.json` is written last and in one step, so it is there only when the samples are. A folder without one, or with
samples that are not those that it names, holds no load: `read_run` raises. `docs/schemas/load-manifest.schema.json` is
made from `LoadManifest`.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import AwareDatetime, Field

from load.failure_kinds import FailureKind
from load.load_figures import Count, FigureReport, MeasuredTime
from load.load_plan import LoadPlan, NotNegative, Positive
from load.samples import RequestOutcome, Sample, pack_all, unpack_all
from load.statistics.percentile import nearest_rank
from load.verb_times import VerbFigures
from reports.strict_model import InvalidContent, StrictModel, validate

MANIFEST: Final = "manifest.json"
SAMPLES: Final = "samples.bin"

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class LoadEnd(StrEnum):
    """The ways in which a load ends. Only `complete` says something about the target."""

    COMPLETE = "complete"
    INTERRUPTED = "interrupted"
    INVALID = "invalid"
    """The generator could not do its part: a fault of the harness, not of the target."""
    LATE = "late"
    """The generator did not keep its schedule, as where its machine has too much to do: nothing is decided."""
    ADAPTER_BROKE = "adapter broke"
    """The adapter that the plan names raised: a fault of neither the target nor the generator."""
    UNPREPARED = "unprepared"
    """The target did not do what has to come before the load: it was not reached, or a verb failed or is not there."""


class NoUsableLoad(Exception):
    """The folder holds no load that could be judged; the message is one sentence that says why."""


class Lag(StrictModel):
    """Lateness of the generator against its own schedule, in milliseconds. All 0 where there was nothing to be late."""

    p50: float
    p95: float
    p99: float
    longest: float
    count: Count

    @classmethod
    def of(cls, lateness: list[float]) -> Self:
        """Sum up single latenesses in milliseconds."""
        if not lateness:
            return cls(p50=0.0, p95=0.0, p99=0.0, longest=0.0, count=0)
        p50, p95, p99 = (nearest_rank(lateness, percentile) for percentile in (50, 95, 99))
        return cls(p50=p50, p95=p95, p99=p99, longest=max(lateness), count=len(lateness))


class GeneratorFigures(StrictModel):
    """The generator's account of itself."""

    send_lag: Lag
    """Of requests."""
    loop_lag: Lag
    """Of the event loop."""
    cpu_share: NotNegative
    """Of one core, used by the generator."""
    machine_share: Annotated[float, Field(ge=0, le=1)] | None
    """Of all cores, used by everything on the machine; one that is busy with other things makes a target slow."""
    machine_share_before: Annotated[float, Field(ge=0, le=1)] | None
    """The same in the second before the first request, when the target had nothing to do."""
    requests_per_second: NotNegative
    most_in_flight: Count
    """Most requests at one moment that were sent and not over."""
    shoppers: Count
    abandoned_journeys: Count
    """Journeys whose later steps were never due because one had failed."""
    cache_hits_claimed: Count
    """Answers since the first request, preparation included, that claimed to be cache hits."""


class SamplesFile(StrictModel):
    """The file of samples that belongs to a manifest."""

    file: Literal["samples.bin"] = SAMPLES
    count: Count
    measured: Count
    """Samples that were meant to start in the measured time."""
    sha256: Sha256
    outcomes: dict[RequestOutcome, Count]
    """Measured samples by the way in which their request ended."""

    @classmethod
    def of(cls, samples: Iterable[Sample], measured: MeasuredTime) -> Self:
        """Describe the file that holds these samples."""
        taken = tuple(samples)
        inside = [sample for sample in taken if measured.holds(sample)]
        return cls(
            count=len(taken),
            measured=len(inside),
            sha256=hashlib.sha256(pack_all(taken)).hexdigest(),
            outcomes=dict(Counter(sample.outcome for sample in inside)),
        )


class InterimLook(FigureReport):
    """The figures at one of the moments, fixed in advance, at which the run could have stopped."""

    seconds: Positive
    """Measured time at that moment."""
    alpha: Positive
    """Probability of a wrong decision that each figure has spent at this look."""


class LoadManifest(StrictModel):
    """Everything about a load but its samples."""

    schema_version: Literal[4] = 4
    ended: LoadEnd
    reason: str
    """The reason for an end that was not planned; empty for a complete load."""
    plan: LoadPlan
    plan_sha256: Sha256
    """Digest of the plan in canonical JSON."""
    started: AwareDatetime
    schedule_began: AwareDatetime
    """The zero of all times in the samples, to lay them beside the target's own logs."""
    finished: AwareDatetime
    measured: MeasuredTime
    samples: SamplesFile
    operations: tuple[str, ...]
    """Names of the operations, by their numbers in the samples."""
    planned_operations: tuple[str, ...]
    """Operations of which the mix consists, as far as the shop offers them."""
    left_out: tuple[str, ...]
    """Operations of the mix that the shop does not offer. The load went on without them."""
    verbs: tuple[VerbFigures, ...]
    """Whole verbs, by operation: a shopper waits for all the requests that one takes."""
    failures: tuple[FailureKind, ...]
    """The kinds of failure among the measured samples, each with a sentence; the commonest first."""
    generator: GeneratorFigures
    looks: tuple[InterimLook, ...]
    environment: dict[str, str | float]
    """Versions, cores and load of the machine that generated the load."""

    @property
    def operations_done(self) -> frozenset[str]:
        """The operations of which one whole verb at least was right in the measured time."""
        return frozenset(verb.operation for verb in self.verbs if verb.failed < verb.count)


@dataclass(frozen=True, slots=True)
class LoadRun:
    """A load as it was recorded: the manifest and the samples that belong to it."""

    manifest: LoadManifest
    samples: tuple[Sample, ...]

    @property
    def measured(self) -> list[Sample]:
        """The samples that count: those that were meant to start in the measured time."""
        return [sample for sample in self.samples if self.manifest.measured.holds(sample)]


def write_run(folder: Path, run: LoadRun) -> None:
    """Write samples and manifest; the manifest last and atomically."""
    (folder / SAMPLES).write_bytes(pack_all(run.samples))
    unfinished = folder / f"{MANIFEST}.part"
    document = run.manifest.model_dump(mode="json")
    unfinished.write_text(json.dumps(document, indent=1, allow_nan=False) + "\n")
    unfinished.replace(folder / MANIFEST)


def read_run(folder: Path) -> LoadRun:
    """Read the load in a folder.

    Raises NoUsableLoad when manifest or samples are missing, torn, or do not belong together.
    """
    try:
        document = json.loads((folder / MANIFEST).read_bytes())
        content = (folder / SAMPLES).read_bytes()
        manifest = validate(LoadManifest, document, MANIFEST)
        samples = tuple(unpack_all(content))
    except OSError as error:
        raise NoUsableLoad(f"The load left no {Path(error.filename).name}.") from error
    except (InvalidContent, ValueError) as error:
        raise NoUsableLoad(f"What the load left cannot be read: {str(error).splitlines()[0]}.") from error
    named = manifest.samples
    if (named.count, named.sha256) != (len(samples), hashlib.sha256(content).hexdigest()):
        raise NoUsableLoad("The samples are not those that the manifest names.")
    return LoadRun(manifest, samples)
