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
from spec.falsify.kills import read_kills
from spec.run.provenance import describe_harness, describe_host
from spec.run.run_folder import find_previous
from spec.run.run_state import RunState
from spec.target.redaction import redact_text


def assemble(run: RunState, effects: dict[str, frozenset[str]]) -> Results:
    """The results of a run, complete or not. `effects` holds those of each requirement's checks."""
    faults = read_kills().faults_by_requirement(run.catalogue)
    requirements = [
        _result(run, requirement, effects.get(requirement.id, frozenset()), faults.get(requirement.id, []))
        for requirement in run.catalogue.requirements
        if run.selection.holds(requirement)
    ]
    known = {requirement.id for requirement in requirements}
    return Results(
        schema_version=SCHEMA_VERSION,
        run=Run(
            id=run.run_id,
            started=run.started,
            finished=datetime.now(UTC),
            ended=run.ended,
            command=run.command,
            selection=run.selection.sentence,
            seed=run.seed,
            quick=run.quick,
            previous=find_previous(run.folder),
        ),
        target=_target(run),
        harness=describe_harness(),
        host=describe_host(),
        catalogue=CatalogueStamp(run.catalogue.version, run.catalogue.sha256, len(run.catalogue.requirements)),
        verdict=tally(requirements),
        metrics=[metric for metric in run.metrics if metric.requirement in known],
        requirements=requirements,
        evidence=list(run.evidence.values()),
        coverage=run.coverages,
        warnings=[redact_text(warning, run.recorder.secrets).text for warning in run.warnings],
    )


def _target(run: RunState) -> Target:
    profile, shops = run.profile, run.open_shops
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
    run: RunState, requirement: Requirement, effects: frozenset[str], faults: list[FaultSeen]
) -> RequirementResult:
    checks = run.checks.get(requirement.id, [])
    verdict, reason, code, in_scope = _verdict(run, requirement, effects, checks)
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
    run: RunState, requirement: Requirement, effects: frozenset[str], checks: list[CheckResult]
) -> tuple[Verdict, str, ReasonCode, bool]:
    if requirement.unchecked:
        return Verdict.NOT_TESTED, "the specification has no check for it yet", "no check yet", False
    gap = run.gap(requirement, effects)
    if gap is not None:
        return Verdict.NOT_TESTED, gap.reason, gap.code, gap.in_scope
    worst = min(checks, key=lambda check: check.verdict.rank, default=None)
    left = run.planned.get(requirement.id, set()) - {check.node for check in checks}
    # A part that was not examined is worse than a part that passed, and better than one that failed.
    if worst is None or (left and worst.verdict.rank > Verdict.NOT_TESTED.rank):
        return Verdict.NOT_TESTED, *_absence(run, left if checks else set()), True
    code: ReasonCode = run.reason_codes.get(worst.node, "") if worst.verdict is Verdict.NOT_TESTED else ""
    return worst.verdict, worst.reason, code, True


def _absence(run: RunState, left: set[str]) -> tuple[str, ReasonCode]:
    """Why a requirement's checks, or those of them that are left, did not run."""
    which = f"it was examined in part; not by {', '.join(sorted(left))}" if left else "its check did not run"
    if run.ended is Ended.UNREACHABLE:
        return "the target could not be reached", "blocked"
    if run.ended is Ended.INTERRUPTED:
        return (
            f"the run was interrupted: {which}" if left else "the run was interrupted before it was examined",
            "interrupted",
        )
    return which, "nothing examined"
