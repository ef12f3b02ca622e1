"""Results that contradict themselves, made writable without becoming better.

A contradiction is a fault of the harness. It must not cost the verdicts that have nothing to do with it, nor may it
pass: the requirement that it touches becomes an error, and every contradiction a warning. A violation that a check has
seen stays a fail, because it is the target's fault all the same.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from reports.results.coherence import find_contradictions, judge_evidence, judge_requirement
from reports.results.results_model import Ended, Results
from reports.results.tally import tally
from reports.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reports.results.results_model import CheckResult, Metric, RequirementResult


def salvage_results(results: Results) -> Results:
    """Return `results` where they are coherent, else the nearest that are, ended as a harness error and with warnings.

    Contradictions are mended; what does not fit the model still cannot be written.
    """
    contradictions = find_contradictions(results)
    if not contradictions:
        return results
    evidence = list({item.sha256: item for item in results.evidence if not list(judge_evidence(item))}.values())
    known = {item.sha256 for item in evidence}
    first = list({item.id: item for item in reversed(results.requirements)}.values())[::-1]
    requirements = [_mend(_point(requirement, known)) for requirement in first]
    metrics = list(_name_apart(metric for metric in results.metrics if _stands(metric, requirements)))
    broken = {metric.requirement for metric in metrics if _outranks(metric, requirements)}
    requirements = [_break(item, "A figure contradicts it.") if item.id in broken else item for item in requirements]
    return results.changed(
        run=results.run.changed(ended=Ended.HARNESS_ERROR, finished=max(results.run.started, results.run.finished)),
        catalogue=results.catalogue.changed(requirements=max(results.catalogue.requirements, len(requirements))),
        verdict=tally(requirements),
        metrics=metrics,
        requirements=requirements,
        evidence=evidence,
        coverage=[item for item in results.coverage if item.done <= item.total],
        warnings=[*results.warnings, *(f"The harness contradicted itself: {each}" for each in contradictions)],
    )


def _point(requirement: RequirementResult, known: set[str]) -> RequirementResult:
    """Leave out references to evidence that is not there."""
    checks = [_point_check(check, known) for check in requirement.checks]
    return requirement.changed(checks=checks)


def _point_check(check: CheckResult, known: set[str]) -> CheckResult:
    return check.changed(evidence=[digest for digest in check.evidence if digest in known])


def _mend(requirement: RequirementResult) -> RequirementResult:
    sentences = list(judge_requirement(requirement))
    if not sentences:
        return requirement
    broken = _break(requirement, sentences[0])
    worst = broken.worst_check
    if worst is None or worst.verdict is not Verdict.FAIL:
        return broken
    return broken.changed(verdict=Verdict.FAIL, reason=worst.reason)


def _break(requirement: RequirementResult, reason: str) -> RequirementResult:
    """Make a requirement an error of the harness; a check that cannot stand as it is becomes one too."""
    checks = [
        check.changed(verdict=Verdict.ERROR, total=max(check.done, check.total))
        if check.done > check.total or (check.verdict is Verdict.PASS and not 0 < check.done == check.total)
        else check
        for check in requirement.checks
    ]
    return requirement.changed(verdict=Verdict.ERROR, reason=reason, reason_code="", in_scope=True, checks=checks)


def _stands(metric: Metric, requirements: list[RequirementResult]) -> bool:
    measured = metric.value is not None and metric.n > 0
    ordered = metric.interval is None or metric.interval[0] <= metric.interval[1]
    decided = metric.verdict in {Verdict.PASS, Verdict.FAIL}
    return ordered and (measured or not decided) and any(item.id == metric.requirement for item in requirements)


def _outranks(metric: Metric, requirements: list[RequirementResult]) -> bool:
    return any(item.id == metric.requirement and item.verdict.rank > metric.verdict.rank for item in requirements)


def _name_apart(metrics: Iterable[Metric]) -> Iterable[Metric]:
    seen: Counter[str] = Counter()
    for metric in metrics:
        seen[metric.id] += 1
        yield metric if seen[metric.id] == 1 else metric.changed(id=f"{metric.id} ({seen[metric.id]})")
