"""What the catalogue holds: chapters, requirements, and the limits that the success metrics set."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spec.catalogue.policies import Policy

NO_CHECK_YET: Final = "no check yet"
"""The one reason for which a requirement may stand without a check; a debt of the specification, not of a target."""

SCHEMES: Final = {
    "rfc": r"RFC \d+",
    "asvs": r"v5\.0\.0-\d+\.\d+\.\d+",
    "owasp_api": r"API(10|[1-9]):2023",
    "cwe": r"CWE-\d+",
    "nist": r"[A-Z]{2}-\d+(\(\d+\))?",
    "other": r"\S.*",
}
"""The schemes of references, each with the form of its ids: RFCs, OWASP ASVS 5.0.0, OWASP API Security Top 10 2023,
CWE, NIST SP 800-53 controls, and other documents by their name ("project policy" where no standard says the thing)."""


class Level(StrEnum):
    """How binding a requirement is (RFC 2119). Only a MUST decides the gate."""

    MUST = "MUST"
    SHOULD = "SHOULD"
    MAY = "MAY"


class Impact(StrEnum):
    """How bad it is for a shop when the requirement is not met; it bounds how long a waiver may last."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Need(StrEnum):
    """What a target has to grant, beyond plain HTTP, before a requirement can be verified."""

    ADMIN = "admin"
    HTTPS = "https"
    START = "start"
    SERVICES = "services"
    PROCESS = "process"
    SEED = "seed"
    DB = "db"
    CACHE = "cache"
    LOGS = "logs"
    ERRORS = "errors"
    COMMANDS = "commands"
    DOCKER = "docker"


@dataclass(frozen=True, slots=True)
class MetricLimit:
    """A measured limit of the roadmap's success metrics: ``statistic operator limit unit``, as in "p95 < 200 ms"."""

    title: str
    statistic: str
    operator: str
    limit: float
    unit: str

    def __str__(self) -> str:
        return f"{self.statistic} {self.operator} {self.limit:g} {self.unit}"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing that a shop backend must do. Its id never changes its meaning and is never used again."""

    id: str
    chapter: str
    title: str
    level: Level
    impact: Impact
    statement: str
    rationale: str
    source: tuple[str, ...]
    """Where it comes from: "roadmap 1.1", "success metrics", "risk mitigation", or "field"."""
    needs: tuple[Need, ...]
    twin: str
    """What must be seen to succeed on the same target before a refusal or an absence counts."""
    likely_fix: str
    needs_when: Mapping[Need, str] = field(default_factory=dict, hash=False)
    """Needs that hold only under a condition, which is given in words."""
    policies: tuple[str, ...] = ()
    """Names of the policies that a target declares in its profile and this requirement is judged by."""
    metric: MetricLimit | None = None
    references: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    """Standards by scheme: the requirement's own, or its chapter's where it names none."""
    unchecked: str = ""
    """Empty, or ``NO_CHECK_YET``."""
    note: str = ""
    file: str = field(default="", compare=False)
    """Path of the chapter's file, relative to the project; with ``line`` the place a report can point at."""
    line: int = field(default=0, compare=False)

    @property
    def digest(self) -> str:
        """SHA-256 of statement, level and limits: a waiver is bound to it and lapses when one of them changes."""
        metric = self.metric
        limits = None if metric is None else [metric.statistic, metric.operator, metric.limit, metric.unit]
        return _sha256({"statement": self.statement, "level": self.level, "limits": limits})

    def as_json(self) -> dict[str, object]:
        """The entry as plain data, without its place in a file."""
        metric = self.metric
        return {
            "id": self.id,
            "chapter": self.chapter,
            "title": self.title,
            "level": self.level.value,
            "impact": self.impact.value,
            "statement": self.statement,
            "rationale": self.rationale,
            "source": list(self.source),
            "needs": [need.value for need in self.needs],
            "needs_when": {need.value: condition for need, condition in self.needs_when.items()},
            "policies": list(self.policies),
            "twin": self.twin,
            "likely_fix": self.likely_fix,
            "metric": None
            if metric is None
            else {
                "title": metric.title,
                "statistic": metric.statistic,
                "operator": metric.operator,
                "limit": metric.limit,
                "unit": metric.unit,
            },
            "references": {scheme: list(ids) for scheme, ids in self.references.items()},
            "unchecked": self.unchecked,
            "note": self.note,
            "digest": self.digest,
        }


@dataclass(frozen=True, slots=True)
class Chapter:
    """Requirements about one subject, and why a shop cares about it."""

    id: str
    title: str
    why: str
    references: Mapping[str, tuple[str, ...]] = field(hash=False)
    requirements: tuple[Requirement, ...]

    def as_json(self) -> dict[str, object]:
        """The chapter's head as plain data, with the ids of its requirements."""
        return {
            "id": self.id,
            "title": self.title,
            "why": self.why,
            "references": {scheme: list(ids) for scheme, ids in self.references.items()},
            "requirements": [requirement.id for requirement in self.requirements],
        }


@dataclass(frozen=True)
class Catalogue:
    """All requirements, in the order in which they are examined and reported."""

    version: str
    chapters: tuple[Chapter, ...]
    policies: Mapping[str, Policy] = field(hash=False)
    """The policies that a target may declare, by their names."""
    areas: Mapping[str, tuple[str, ...]] = field(hash=False)
    """Which requirements are examined together, by the area's name."""
    settings: Mapping[str, str] = field(hash=False)
    """The settings with which checks start a target anew, each with its meaning."""

    @property
    def requirements(self) -> tuple[Requirement, ...]:
        """Every requirement, chapter by chapter."""
        return tuple(requirement for chapter in self.chapters for requirement in chapter.requirements)

    def get(self, requirement_id: str) -> Requirement:
        """The requirement with this id. Raises ``KeyError`` with a sentence when there is none."""
        for requirement in self.requirements:
            if requirement.id == requirement_id:
                return requirement
        raise KeyError(f"The catalogue has no requirement {requirement_id!r}.")

    @property
    def sha256(self) -> str:
        """Digest of everything that the catalogue says; the layout of its files does not count."""
        return _sha256(self.as_json())

    def as_json(self) -> dict[str, object]:
        """The catalogue as plain data."""
        return {
            "version": self.version,
            "policies": {
                name: {"meaning": policy.meaning, "right": policy.right} for name, policy in self.policies.items()
            },
            "areas": {name: list(members) for name, members in self.areas.items()},
            "settings": dict(self.settings),
            "chapters": [chapter.as_json() for chapter in self.chapters],
            "requirements": [requirement.as_json() for requirement in self.requirements],
        }


def _sha256(content: object) -> str:
    """SHA-256 of the canonical form: sorted keys, no spaces, UTF-8."""
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
