"""The data model of `results.json`. Names, order and meaning of the fields are those of the file.

Times are aware datetimes in UTC, durations are seconds, sizes are bytes, digests are lower-case SHA-256 in hex.
The JSON Schema in docs/schemas/ is generated from these models.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from reports.results.json_values import (
    Count,
    Digest,
    Instant,
    Level,
    Name,
    Operator,
    RealNumber,
    ReasonCode,
    RequirementId,
    Text,
)
from reports.strict_model import StrictModel
from reports.verdicts import Verdict

SCHEMA_VERSION = "2.1.0"
"""Version of the format that is written: minor, a field was added; major, one was renamed or has another meaning."""


class ResultsError(Exception):
    """Results that cannot be read, do not fit the model, or contradict themselves. The message is one sentence."""


class TamperingError(ResultsError):
    """A file of the run that is not what the results say. The message is one sentence."""


class Ended(StrEnum):
    """The ways in which a run comes to its end."""

    COMPLETE = "complete"
    INTERRUPTED = "interrupted"
    UNREACHABLE = "unreachable"
    ADAPTER_BROKE = "adapter broke"
    HARNESS_ERROR = "harness error"


class Previous(StrictModel):
    """The run before this one, by id and digest of its `results.json`."""

    id: Name
    sha256: Digest


class Run(StrictModel):
    """One run."""

    id: Name
    started: Instant
    finished: Instant
    ended: Ended
    command: Text
    selection: Name
    """In words: "everything", "chapters FLOW RATE", "RATE-004"."""
    seed: int
    quick: bool
    previous: Previous | None = None


class Target(StrictModel):
    """The backend that was judged: what it says it is, what it grants, and what it declares as its policy."""

    name: Text
    base_url: Text
    identity: dict[Text, Text] = {}
    claims: list[Text] = []
    windows: list[Text] = []
    policies: dict[Text, Text] = {}
    effects: list[Text] = []


class Harness(StrictModel):
    """The program that judged."""

    version: Text
    python: Text
    packages_sha256: Digest
    """Of the installed packages with their versions."""


class Host(StrictModel):
    """The machine that the harness ran on."""

    system: Text
    cpus: Count
    memory_bytes: Count


class CatalogueStamp(StrictModel):
    """The catalogue that was judged against."""

    version: Text
    sha256: Digest
    requirements: Count
    """The number of all of them, selected or not."""


class VerdictCounts(StrictModel):
    """Raw verdicts of the requirements in scope, and the sentence that says so. See `tally`."""

    counts: dict[Verdict, Count]
    """All seven, zeros included."""
    sentence: Text


class Metric(StrictModel):
    """One measured figure against its limit, with full precision.

    `value`, `limit` and the ends of the interval may be infinite: an operation that never answered is infinitely slow.
    """

    id: Name
    title: Text
    requirement: RequirementId
    statistic: Text
    limit: RealNumber
    limit_operator: Operator
    value: RealNumber | None
    """Null where nothing was measured; `reason` then says why."""
    interval: tuple[RealNumber, RealNumber] | None
    """The confidence interval that `method` names."""
    method: Text
    n: Count
    """The number of samples."""
    unit: Text
    verdict: Verdict
    reason: Text = ""


class CheckResult(StrictModel):
    """The result of one check. It examined `done` of `total`, and `missing` names what it did not reach."""

    node: Name
    title: Text
    description: Text = ""
    """The docstring of the check: what it does."""
    verdict: Verdict
    outcome_code: Name | None
    expected: Text
    observed: Text
    done: Count
    total: Count
    missing: list[Text] = []
    kinds: list[Text] = []
    """The kinds of observation that it examined: "exchange", "query", "log lines"."""
    seconds: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0
    seed: int | None = None
    example: Text | None = None
    """The smallest input that shows the failure."""
    evidence: list[Digest] = []
    reproduce: Text | None = None
    """A curl or shell line that shows the failure again."""
    reason: Text = ""


class FaultSeen(StrictModel):
    """A shop that is wrong in one way, and whether this requirement was seen to turn red for it."""

    id: Name
    description: Text
    killed: bool | None
    """Null where that was never tried."""
    last_seen: Text | None
    """The day."""
    stale: bool
    """Check, fault or shop have changed since."""


class SpanPoints(StrictModel):
    """Violations at single points of one span of a requirement: how many were drawn, and how many of them noticed."""

    span: Name
    noticed: Count
    drawn: Count

    @model_validator(mode="after")
    def _are_possible(self) -> Self:
        if self.noticed > self.drawn:
            raise ValueError(f"cannot be {self.noticed} noticed of {self.drawn} drawn")
        return self


class PointsSeen(StrictModel):
    """The points that were last drawn for a requirement, by span."""

    seed: int
    last_seen: Text
    """The day."""
    stale: bool
    """The check has changed since."""
    spans: list[SpanPoints]


class RequirementResult(StrictModel):
    """One requirement with its raw verdict, the checks that led to it and the faults that it was seen to catch."""

    id: RequirementId
    chapter: Annotated[str, Field(pattern="^[A-Z]+$")]
    level: Level
    statement: Text
    source: Text
    references: dict[Text, list[Text]]
    needs: list[Text]
    spans: list[Text] = []
    """Over what the statement speaks: "operations", "identities", "moments"."""
    verdict: Verdict
    reason: Text
    reason_code: ReasonCode
    in_scope: bool
    """False for what is not claimed, has no check yet, or needs a window set to `auto` that is absent."""
    checks: list[CheckResult] = []
    faults: list[FaultSeen] = []
    points: PointsSeen | None = None
    """Null where none were ever drawn."""
    title: Text = ""
    likely_fix: Text = ""
    digest: Annotated[str, Field(pattern="^([0-9a-f]{64})?$")] = ""
    """Of its text and limits in the catalogue: a waiver is bound to it. May be empty."""

    @property
    def worst_check(self) -> CheckResult | None:
        """The first of its worst checks, None without a check: the one to read when there is time for one."""
        return min(self.checks, key=lambda check: check.verdict.rank, default=None)

    @property
    def seen_to_fail(self) -> bool:
        """True where its checks turned red for at least one fault, with check, fault and shop unchanged since."""
        return any(fault.killed and not fault.stale for fault in self.faults)


class Evidence(StrictModel):
    """One piece of evidence, named by the digest of its redacted content.

    The content is either a file beside `results.json` or text in it.
    """

    sha256: Digest
    kind: Name
    """The kind of observation: "exchange", "page", "mail"."""
    summary: Text = ""
    """One line for a reader; may be empty."""
    media_type: Name
    bytes: Count
    path: Name | None = None
    """Of the file, relative to `results.json`."""
    inline: Text | None = None
    redactions: list[Text] = []

    @property
    def label(self) -> str:
        """The words that stand for it: its summary, else its kind."""
        return self.summary or self.kind


class Coverage(StrictModel):
    """The part of a known whole that was exercised, and the names of the rest."""

    name: Name
    done: Count
    total: Count
    missing: list[Text] = []


class Results(StrictModel):
    """Everything that one run found: raw verdicts, figures with their denominators, evidence.

    Every output of a run is a function of this, of waivers and of a date.
    """

    schema_version: Annotated[str, Field(pattern=r"^2\.[0-9]+\.[0-9]+$")]
    """Semantic version of this format."""
    run: Run
    target: Target
    harness: Harness
    host: Host
    catalogue: CatalogueStamp
    verdict: VerdictCounts
    metrics: list[Metric] = []
    requirements: list[RequirementResult] = []
    evidence: list[Evidence] = []
    coverage: list[Coverage] = []
    warnings: list[Text] = []
