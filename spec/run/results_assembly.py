"""Build results.json from the finished run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from reports.results import (
    SCHEMA_VERSION,
    CatalogueStamp,
    Ended,
    FaultSeen,
    PointsSeen,
    ReasonCode,
    RequirementResult,
    Results,
    Run,
    Target,
    tally,
)
from reports.verdicts import Verdict, combine
from spec.catalogue import Need, Requirement
from spec.checking.check_record import CheckRecord
from spec.falsify.digests import Digests
from spec.falsify.kill_files import Kills, read_kills
from spec.run.collection import PlannedCheck
from spec.run.provenance import describe_harness, describe_host
from spec.run.run_folder import find_previous
from spec.run.run_state import RunState
from spec.target.profile.grants import GrantState
from spec.target.redaction import redact_text


@dataclass(frozen=True, slots=True)
class Part:
    """One check's share in the verdict on its requirement; a check that did not run has one too."""

    verdict: Verdict
    reason: str
    reason_code: ReasonCode = ""
    in_scope: bool = True


def build_results(run: RunState) -> Results:
    """Build the results of a run, complete or not."""
    selected = [requirement for requirement in run.catalogue.requirements if run.selection.holds(requirement)]
    ids = {requirement.id for requirement in selected if run.tell_kills}
    kills, digests = read_kills() if ids else Kills(), Digests(run.catalogue)
    faults, points = kills.faults_by_requirement(digests, ids), kills.points_by_requirement(digests, ids)
    requirements = [
        _result(run, requirement, faults.get(requirement.id, []), points.get(requirement.id))
        for requirement in selected
    ]
    known = {requirement.id for requirement in requirements}
    evidence = {one.sha256: one for record in run.records for one in record.evidence}
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
        catalogue=CatalogueStamp(
            version=run.catalogue.version,
            sha256=run.catalogue.sha256,
            requirements=len(run.catalogue.requirements),
        ),
        verdict=tally(requirements),
        metrics=[metric for record in run.records for metric in record.metrics if metric.requirement in known],
        requirements=requirements,
        evidence=list(evidence.values()),
        coverage=[coverage for record in run.records for coverage in record.coverages],
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
        windows=sorted(str(need) for need in Need if profile.grants(need).answer is GrantState.GRANTED),
        policies={name: str(value) for name, value in profile.policies.items()},
        effects=sorted(profile.effects),
    )


def _result(
    run: RunState, requirement: Requirement, faults: list[FaultSeen], points: PointsSeen | None
) -> RequirementResult:
    planned = [check for check in run.planned if check.identity.requirement == requirement.id]
    records = [record for record in run.records if record.requirement == requirement.id]
    verdict = roll_up(planned, records, run.ended)
    return RequirementResult(
        id=requirement.id,
        chapter=requirement.chapter,
        level=requirement.level.value,
        statement=requirement.statement,
        source=", ".join(requirement.source),
        references={scheme: list(ids) for scheme, ids in requirement.references.items()},
        needs=[need.value for need in requirement.needs],
        spans=[str(span) for span in requirement.spanned],
        verdict=verdict.verdict,
        reason=verdict.reason,
        reason_code=verdict.reason_code,
        in_scope=verdict.in_scope,
        checks=[record.result for record in records],
        faults=faults,
        points=points,
        title=requirement.title,
        likely_fix=requirement.likely_fix,
        digest=requirement.digest,
    )


def roll_up(planned: list[PlannedCheck], records: list[CheckRecord], ended: Ended) -> Part:
    """Combine the parts of a requirement's checks: those that ran, that could not run, and that were not reached.

    The worst part decides. What was not examined is worse than what passed, and better than what failed. The
    requirement is out of scope only where every one of its checks is.
    """
    if not planned:
        return Part(Verdict.NOT_TESTED, "the specification has no check for it yet", "no check yet", in_scope=False)
    ran = {record.result.node for record in records}
    parts = [_examined(record) for record in records]
    parts += [
        Part(Verdict.NOT_TESTED, check.gap.reason, check.gap.code, check.gap.in_scope)
        for check in planned
        if check.gap is not None
    ]
    left = [check.identity.node for check in planned if check.gap is None and check.identity.node not in ran]
    if left:
        parts.append(Part(Verdict.NOT_TESTED, *_absence(ended, left if records else [])))
    worst = combine(part.verdict for part in parts)
    decisive = next(part for part in parts if part.verdict is worst)
    in_scope = any(part.in_scope for part in parts)
    return Part(decisive.verdict, decisive.reason, decisive.reason_code, in_scope)


def _examined(record: CheckRecord) -> Part:
    verdict = record.result.verdict
    says_why = verdict is Verdict.NOT_TESTED or record.reason_code == "adapter broke"
    code = record.reason_code if says_why else ""
    return Part(verdict, record.result.reason, code)


def _absence(ended: Ended, left: list[str]) -> tuple[str, ReasonCode]:
    """Say why the checks of a requirement, or those of them that are left, did not run."""
    which = f"it was examined in part; not by {', '.join(sorted(left))}" if left else "its check did not run"
    if ended is Ended.UNREACHABLE:
        return "the target could not be reached", "blocked"
    if ended is Ended.ADAPTER_BROKE:
        return "the adapter broke before it was examined", "adapter broke"
    if ended is Ended.INTERRUPTED:
        return (
            f"the run was interrupted: {which}" if left else "the run was interrupted before it was examined",
            "interrupted",
        )
    return which, "nothing examined"
