"""The record of one check: its verdict, figures and evidence, redacted, made once and in one place."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from reports.results import CheckResult, Coverage, Evidence, Metric, ReasonCode, inline_evidence, store_evidence
from reports.verdicts import Verdict
from spec.checking.examination import Examination
from spec.checking.judging import CheckVerdict
from spec.target.observations import Observation
from spec.target.recording import Recorder
from spec.target.redaction import redact_text

_TEXT: Final = ("text/", "message/")


@dataclass(frozen=True, slots=True)
class CheckIdentity:
    """A check as a report names it: pytest's node id, the fact in its name, and its docstring."""

    node: str
    requirement: str
    title: str
    description: str


@dataclass(frozen=True, slots=True)
class CheckRecord:
    """Everything that came of one check, ready to be written: no secret is left in it."""

    requirement: str
    result: CheckResult
    reason_code: ReasonCode
    metrics: tuple[Metric, ...]
    coverages: tuple[Coverage, ...]
    evidence: tuple[Evidence, ...]


def make_record(
    check: CheckIdentity,
    verdict: CheckVerdict,
    examination: Examination,
    recorder: Recorder,
    *,
    seconds: float,
    seed: int,
    folder: Path,
) -> CheckRecord:
    """Make the record of a check that has ended. Evidence that is no text is stored below the run's folder."""
    secrets = recorder.secrets

    def clean(text: str) -> str:
        return redact_text(text, secrets).text

    evidence = [_keep(seen, secrets, folder) for seen in verdict.observations]
    failed = verdict.verdict is Verdict.FAIL and bool(verdict.observations)
    result = CheckResult(
        node=check.node,
        title=check.title,
        description=inspect.cleandoc(check.description),
        verdict=verdict.verdict,
        outcome_code=str(verdict.outcome) if verdict.outcome else None,
        expected=clean(verdict.expected),
        observed=clean(verdict.observed),
        done=examination.done,
        total=max(examination.total, examination.done),
        missing=[clean(one) for one in examination.missing],
        seconds=round(seconds, 3),
        seed=seed,
        example=clean(verdict.example) if verdict.example else None,
        evidence=list(dict.fromkeys(one.sha256 for one in evidence)),
        kinds=sorted(recorder.kinds),
        reproduce=verdict.observations[0].reproduce(secrets) if failed else None,
        reason=clean(verdict.reason),
    )
    return CheckRecord(
        requirement=check.requirement,
        result=result,
        reason_code=verdict.reason_code,
        metrics=tuple(one.changed(reason=clean(one.reason)) for one in examination.metrics),
        coverages=tuple(one.changed(missing=[clean(name) for name in one.missing]) for one in examination.coverages),
        evidence=tuple(evidence),
    )


def _keep(observation: Observation, secrets: Iterable[str], folder: Path) -> Evidence:
    shown = observation.evidence(secrets)
    kind, summary = str(observation.kind), redact_text(observation.summary, secrets).text
    if shown.media_type.startswith(_TEXT):
        text = shown.content.decode(errors="replace")
        return inline_evidence(
            text, kind=kind, summary=summary, media_type=shown.media_type, redactions=shown.redactions
        )
    return store_evidence(
        folder, shown.content, kind=kind, summary=summary, media_type=shown.media_type, redactions=shown.redactions
    )
