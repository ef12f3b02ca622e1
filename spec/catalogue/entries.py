"""Requirements, their chapters and the catalogue of them all, complete and ready for use."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from reports.strict_model import StrictModel
from spec.catalogue.policies import Policy
from spec.catalogue.vocabulary import Distinct, Impact, Level, Need, Note, Prose, Source, Span


class MetricLimit(StrictModel):
    """A measured limit of the roadmap's success metrics: `statistic operator limit unit`, as in "p95 < 200 ms"."""

    title: Prose
    statistic: Prose
    operator: Literal["<", "<=", "=", ">=", ">"]
    limit: float = Field(allow_inf_nan=False)
    unit: Prose

    def __str__(self) -> str:
        return f"{self.statistic} {self.operator} {self.limit:g} {self.unit}"


Absence = Literal["not applicable", "fail"]


class RequirementBase(StrictModel):
    """The part of a requirement that a file states and everything else uses as it stands there."""

    id: Annotated[str, Field(pattern=r"^[A-Z]+-\d{3}$")]
    """The chapter and a number; an id never changes its meaning and is never used again."""
    title: Prose
    level: Level
    impact: Impact
    statement: Prose
    """The thing that a shop must do, in one sentence."""
    rationale: Prose
    """The reason for which a shop cares."""
    source: Annotated[tuple[Source, ...], Field(min_length=1), *Distinct]
    """Its origin: "roadmap 1.1", "success metrics", "risk mitigation", or "field"."""
    needs: Annotated[tuple[Need, ...], *Distinct]
    """Access that a target has to grant, beyond plain HTTP."""
    policies: Annotated[tuple[Prose, ...], *Distinct] = ()
    """Names of the policies that a target declares in its profile and this requirement is judged by."""
    twin: Prose
    """The success that must be seen on the same target before a refusal or an absence counts."""
    likely_fix: Prose
    """The place to look at first when it fails."""
    metric: MetricLimit | None = None
    without: dict[str, Absence] = {}
    """Verbs whose absence has a meaning of its own for this requirement: "not applicable", or "fail".

    Of every other verb the requirement that promises it fails, and those that need it are blocked by that one.
    """
    unchecked: Literal["", "no check yet"] = ""
    """Empty where a check exists."""
    note: Note = ""
    """More that a reader has to know, such as two standards that disagree."""


class Requirement(RequirementBase):
    """One thing that a shop backend must do, with all that its chapter says for it."""

    chapter: str
    spans: Mapping[Span, str]
    """Each span with the reason for which the statement does not speak over it; empty where it does."""
    references: Mapping[str, tuple[str, ...]]
    """Standards by scheme: the requirement's own, or its chapter's where it names none."""
    file: str
    """Path of the chapter's file, relative to the project; with `line` the place that a report can point at."""
    line: int

    def __hash__(self) -> int:
        return hash(self.id)

    @property
    def spanned(self) -> tuple[Span, ...]:
        """The spans over which the statement speaks."""
        return tuple(span for span, reason in self.spans.items() if not reason)

    @property
    def limit(self) -> float:
        """The limit of its metric, in the metric's unit. Raises ValueError where it has none."""
        if self.metric is None:
            message = f"{self.id} has no metric in the catalogue"
            raise ValueError(message)
        return self.metric.limit

    @property
    def digest(self) -> str:
        """SHA-256 of statement, level and limits: a waiver is bound to it and lapses when one of them changes."""
        metric = self.metric
        limits = None if metric is None else [metric.statistic, metric.operator, metric.limit, metric.unit]
        return _sha256({"statement": self.statement, "level": self.level, "limits": limits})

    def as_json(self) -> dict[str, object]:
        """Return the entry as plain data, without its place in a file."""
        return {
            **self.model_dump(mode="json", exclude={"spans", "file", "line"}),
            "spans": [span.value for span in self.spanned],
            "not_spanned": {span.value: reason for span, reason in self.spans.items() if reason},
            "digest": self.digest,
        }


class Chapter(StrictModel):
    """Requirements about one subject, and why a shop cares about it."""

    id: str
    title: str
    why: str
    references: Mapping[str, tuple[str, ...]]
    requirements: tuple[Requirement, ...]

    def as_json(self) -> dict[str, object]:
        """Return the chapter's head as plain data, with the ids of its requirements."""
        return {
            **self.model_dump(mode="json", exclude={"requirements"}),
            "requirements": [requirement.id for requirement in self.requirements],
        }


class Catalogue(StrictModel):
    """All requirements, in the order in which they are examined and reported."""

    version: str
    chapters: tuple[Chapter, ...]
    policies: Mapping[str, Policy]
    """The policies that a target may declare, by their names."""
    areas: Mapping[str, tuple[str, ...]]
    """The requirements that are examined together, by the area's name."""
    settings: Mapping[str, str]
    """The settings with which checks start a target of their own, each with its meaning."""

    @property
    def requirements(self) -> tuple[Requirement, ...]:
        """Every requirement, chapter by chapter."""
        return tuple(requirement for chapter in self.chapters for requirement in chapter.requirements)

    def get(self, requirement_id: str) -> Requirement:
        """Return the requirement with this id. Raises KeyError with a sentence when there is none."""
        for requirement in self.requirements:
            if requirement.id == requirement_id:
                return requirement
        raise KeyError(f"The catalogue has no requirement {requirement_id!r}.")

    @property
    def sha256(self) -> str:
        """Digest of everything that the catalogue says; the layout of its files does not count."""
        return _sha256(self.as_json())

    def as_json(self) -> dict[str, object]:
        """Return the catalogue as plain data."""
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
    """Return the SHA-256 of the canonical form: sorted keys, no spaces, UTF-8."""
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
