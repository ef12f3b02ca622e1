"""The data model of `results.json`. Names, order and meaning of the fields are those of the file.

Times are aware datetimes in UTC, durations are seconds, sizes are bytes, digests are lower-case SHA-256 in hex.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

from reports.verdicts import Verdict

Level = Literal["MUST", "SHOULD", "MAY"]
"""RFC 2119. Only a MUST decides the gate."""

Operator = Literal["<", "<=", ">", ">=", "="]
"""How a measured value has to stand to its limit."""

ReasonCode = Literal[
    "",
    "no check yet",
    "window shut",
    "blocked",
    "effect not allowed",
    "not claimed",
    "interrupted",
    "nothing examined",
]
"""Why a requirement was not examined, as a closed list; empty where it was."""


class Ended(StrEnum):
    """How a run came to its end."""

    COMPLETE = "complete"
    INTERRUPTED = "interrupted"
    UNREACHABLE = "unreachable"
    HARNESS_ERROR = "harness error"


@dataclass(frozen=True, slots=True)
class Previous:
    """The run before this one, by id and digest of its `results.json`."""

    id: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Run:
    """One run. `selection` says in words what was selected ("everything", "chapters FLOW RATE", "RATE-004")."""

    id: str
    started: datetime
    finished: datetime
    ended: Ended
    command: str
    selection: str
    seed: int
    quick: bool
    previous: Previous | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """The backend that was judged: what it says it is, what it grants, and what it declares as its policy."""

    name: str
    base_url: str
    identity: dict[str, str] = field(default_factory=dict)
    claims: list[str] = field(default_factory=list)
    windows: list[str] = field(default_factory=list)
    policies: dict[str, str] = field(default_factory=dict)
    effects: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Harness:
    """What did the judging. `packages_sha256` is the digest of the installed packages with their versions."""

    version: str
    python: str
    packages_sha256: str


@dataclass(frozen=True, slots=True)
class Host:
    """The machine that the harness ran on."""

    system: str
    cpus: int
    memory_bytes: int


@dataclass(frozen=True, slots=True)
class CatalogueStamp:
    """The catalogue that was judged against. `requirements` counts all of it, whatever was selected."""

    version: str
    sha256: str
    requirements: int


@dataclass(frozen=True, slots=True)
class VerdictCounts:
    """Raw verdicts of the requirements in scope, all seven counted, and the sentence that says so. See `tally`."""

    counts: dict[Verdict, int]
    sentence: str


@dataclass(frozen=True, slots=True)
class Metric:
    """One measured figure against its limit, with full precision.

    `interval` is the confidence interval that `method` names; `n` the number of samples. `value`, `limit` and the
    ends of the interval may be infinite (an operation that never answered is infinitely slow) but never NaN.
    `value` is None where nothing was measured; `reason` then says why.
    """

    id: str
    title: str
    requirement: str
    statistic: str
    limit: float
    limit_operator: Operator
    value: float | None
    interval: tuple[float, float] | None
    method: str
    n: int
    unit: str
    verdict: Verdict
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What one check saw. It examined `done` of `total`, and `missing` names what it did not reach."""

    node: str
    title: str
    verdict: Verdict
    outcome_code: str | None
    expected: str
    observed: str
    done: int
    total: int
    missing: list[str] = field(default_factory=list)
    seconds: float = 0.0
    seed: int | None = None
    example: str | None = None
    evidence: list[str] = field(default_factory=list)
    curl: str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class FaultSeen:
    """A shop that is wrong in one way, and whether this requirement was seen to turn red for it.

    `killed` is None where that was never tried. `last_seen` is the day, `stale` says that check, fault or shop have
    changed since.
    """

    id: str
    description: str
    killed: bool | None
    last_seen: str | None
    stale: bool


@dataclass(frozen=True, slots=True)
class RequirementResult:
    """One requirement with its raw verdict, the checks that led to it and the faults that it was seen to catch.

    `in_scope` is False for what is not claimed, has no check yet, or needs a window set to `auto` that is absent.
    `digest` is that of its text and limits in the catalogue: a waiver is bound to it. `title`, `likely_fix` and
    `digest` may be empty.
    """

    id: str
    chapter: str
    level: Level
    statement: str
    source: str
    references: dict[str, list[str]]
    needs: list[str]
    verdict: Verdict
    reason: str
    reason_code: ReasonCode
    in_scope: bool
    checks: list[CheckResult] = field(default_factory=list)
    faults: list[FaultSeen] = field(default_factory=list)
    title: str = ""
    likely_fix: str = ""
    digest: str = ""

    @property
    def worst_check(self) -> CheckResult | None:
        """The first of its worst checks, None without a check: the one to read when there is time for one."""
        return min(self.checks, key=lambda check: check.verdict.rank, default=None)

    @property
    def seen_to_fail(self) -> bool:
        """Whether its checks turned red for at least one fault, with check, fault and shop unchanged since."""
        return any(fault.killed and not fault.stale for fault in self.faults)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One piece of evidence, named by the digest of its redacted content.

    The content is either a file beside `results.json` (`path`, relative to it) or text in it (`inline`).
    """

    sha256: str
    kind: str
    media_type: str
    bytes: int
    path: str | None = None
    inline: str | None = None
    redactions: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of a known whole was exercised, and what was not."""

    name: str
    done: int
    total: int
    missing: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Results:
    """Everything that one run found. Every output of a run is a function of this, of waivers and of a date."""

    schema_version: str
    run: Run
    target: Target
    harness: Harness
    host: Host
    catalogue: CatalogueStamp
    verdict: VerdictCounts
    metrics: list[Metric] = field(default_factory=list)
    requirements: list[RequirementResult] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    coverage: list[Coverage] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
