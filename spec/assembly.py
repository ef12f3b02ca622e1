"""Puts what a run has seen into results."""

from __future__ import annotations

from datetime import UTC, datetime

from reports.results import (
    SCHEMA_VERSION,
    CatalogueStamp,
    CheckResult,
    Ended,
    FaultSeen,
    ReasonCode,
    RequirementResult,
    Results,
    Run,
    Target,
    tally,
)
from reports.verdicts import Verdict
from spec.catalogue import Requirement
from spec.environment import describe_harness, describe_host
from spec.inspection import Inspection
from spec.kills import read_kills
from spec.runfolder import find_previous
from spec.target.redaction import redact_text


def assemble(inspection: Inspection, effects: dict[str, frozenset[str]]) -> Results:
    """The results of a run, complete or not. `effects` holds those of each requirement's checks."""
    faults = read_kills().faults_by_requirement(inspection.catalogue)
    requirements = [
        _result(inspection, requirement, effects.get(requirement.id, frozenset()), faults.get(requirement.id, []))
        for requirement in inspection.catalogue.requirements
        if inspection.selection.holds(requirement)
    ]
    known = {requirement.id for requirement in requirements}
    return Results(
        schema_version=SCHEMA_VERSION,
        run=Run(
            id=inspection.run_id,
            started=inspection.started,
            finished=datetime.now(UTC),
            ended=inspection.ended,
            command=inspection.command,
            selection=inspection.selection.sentence,
            seed=inspection.seed,
            quick=inspection.quick,
            previous=find_previous(inspection.folder),
        ),
        target=_target(inspection),
        harness=describe_harness(),
        host=describe_host(),
        catalogue=CatalogueStamp(
            inspection.catalogue.version, inspection.catalogue.sha256, len(inspection.catalogue.requirements)
        ),
        verdict=tally(requirements),
        metrics=[metric for metric in inspection.metrics if metric.requirement in known],
        requirements=requirements,
        evidence=list(inspection.evidence.values()),
        coverage=inspection.coverages,
        warnings=[redact_text(warning, inspection.recorder.secrets).text for warning in inspection.warnings],
    )


def _target(inspection: Inspection) -> Target:
    profile, shops = inspection.profile, inspection.open_shops
    address = shops[0].endpoint.base_url if shops else profile.address.base_url if profile.address else "not started"
    return Target(
        name=profile.name,
        base_url=address,
        identity=dict(shops[0].identity) if shops else {},
        claims=sorted(profile.chapters),
        windows=sorted(profile.capabilities),
        policies={name: str(value) for name, value in profile.policies.items()},
        effects=sorted(profile.effects),
    )


def _result(
    inspection: Inspection, requirement: Requirement, effects: frozenset[str], faults: list[FaultSeen]
) -> RequirementResult:
    checks = inspection.checks.get(requirement.id, [])
    verdict, reason, code, in_scope = _verdict(inspection, requirement, effects, checks)
    return RequirementResult(
        id=requirement.id,
        chapter=requirement.chapter,
        level=requirement.level.value,
        statement=requirement.statement,
        source=", ".join(requirement.source),
        references={scheme: list(ids) for scheme, ids in requirement.references.items()},
        needs=[need.value for need in requirement.needs],
        verdict=verdict,
        reason=reason,
        reason_code=code,
        in_scope=in_scope,
        checks=checks,
        faults=faults,
        title=requirement.title,
        likely_fix=requirement.likely_fix,
        digest=requirement.digest,
    )


def _verdict(
    inspection: Inspection, requirement: Requirement, effects: frozenset[str], checks: list[CheckResult]
) -> tuple[Verdict, str, ReasonCode, bool]:
    if requirement.unchecked:
        return Verdict.NOT_TESTED, "the specification has no check for it yet", "no check yet", False
    gap = inspection.gap(requirement, effects)
    if gap is not None:
        return Verdict.NOT_TESTED, gap.reason, gap.code, gap.in_scope
    worst = min(checks, key=lambda check: check.verdict.rank, default=None)
    left = inspection.planned.get(requirement.id, set()) - {check.node for check in checks}
    # A part that was not examined is worse than a part that passed, and better than one that failed.
    if worst is None or (left and worst.verdict.rank > Verdict.NOT_TESTED.rank):
        return Verdict.NOT_TESTED, *_absence(inspection, left if checks else set()), True
    code: ReasonCode = inspection.reason_codes.get(worst.node, "") if worst.verdict is Verdict.NOT_TESTED else ""
    return worst.verdict, worst.reason, code, True


def _absence(inspection: Inspection, left: set[str]) -> tuple[str, ReasonCode]:
    """Why a requirement's checks, or those of them that are left, did not run."""
    which = f"it was examined in part; not by {', '.join(sorted(left))}" if left else "its check did not run"
    if inspection.ended is Ended.UNREACHABLE:
        return "the target could not be reached", "blocked"
    if inspection.ended is Ended.INTERRUPTED:
        return (
            f"the run was interrupted: {which}" if left else "the run was interrupted before it was examined",
            "interrupted",
        )
    return which, "nothing examined"
