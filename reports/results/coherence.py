"""Coherence of results, which no schema states: no contradiction, and nothing green for nothing."""

from __future__ import annotations

from collections import Counter
from hashlib import sha256
from typing import TYPE_CHECKING

from reports.results.checksums import stays_inside
from reports.results.tally import tally
from reports.verdicts import Verdict, combine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reports.results.results_model import Evidence, RequirementResult, Results

_NEEDS_A_CHECK = {Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.WAIVED, Verdict.PASS, Verdict.NOT_APPLICABLE}


def find_contradictions(results: Results) -> list[str]:
    """Return one sentence for each contradiction in `results`; an empty list means that they are coherent."""
    return [
        *_repeated("Requirement", [requirement.id for requirement in results.requirements]),
        *_repeated("Metric", [metric.id for metric in results.metrics]),
        *_repeated("Evidence", [evidence.sha256 for evidence in results.evidence]),
        *_judge_counts(results),
        *(sentence for requirement in results.requirements for sentence in judge_requirement(requirement)),
        *_judge_metrics(results),
        *_judge_references(results),
        *(sentence for evidence in results.evidence for sentence in judge_evidence(evidence)),
        *_judge_denominators(results),
    ]


def _repeated(noun: str, ids: list[str]) -> Iterator[str]:
    yield from (f"{noun} {id_} occurs {count} times." for id_, count in Counter(ids).items() if count > 1)


def _judge_counts(results: Results) -> Iterator[str]:
    if results.verdict.counts != tally(results.requirements).counts:
        yield "The counts of verdicts are not those of the requirements in scope."
    if len(results.requirements) > results.catalogue.requirements:
        yield "There are more requirements than the catalogue has."
    if results.run.finished < results.run.started:
        yield "The run finished before it started."


def judge_requirement(requirement: RequirementResult) -> Iterator[str]:
    """Yield a sentence for each contradiction within one requirement."""
    verdict = requirement.verdict
    if not requirement.checks and verdict in _NEEDS_A_CHECK:
        yield f"{requirement.id} is '{verdict}' without a check."
    if requirement.checks and verdict.rank > combine(check.verdict for check in requirement.checks).rank:
        yield f"{requirement.id} is '{verdict}', better than its worst check."
    if not requirement.in_scope and verdict is not Verdict.NOT_TESTED:
        yield f"{requirement.id} is out of scope and yet '{verdict}'."
    if not requirement.in_scope and not requirement.reason_code:
        yield f"{requirement.id} is out of scope without a reason code."
    if requirement.reason_code == "no check yet" and (requirement.checks or requirement.in_scope):
        yield f"{requirement.id} has no check yet, and yet has checks or is in scope."
    if requirement.reason_code and verdict in {Verdict.PASS, Verdict.NOT_APPLICABLE}:
        yield f"{requirement.id} is '{verdict}' although {requirement.reason_code!r} stands beside it."
    for check in requirement.checks:
        if check.verdict is Verdict.PASS and (check.done < check.total or not check.done):
            yield f"{check.node} passes with {check.done} of {check.total} examined."
        if check.done > check.total:
            yield f"{check.node} examined {check.done} of {check.total}."


def _judge_metrics(results: Results) -> Iterator[str]:
    verdicts = {requirement.id: requirement.verdict for requirement in results.requirements}
    for metric in results.metrics:
        if metric.requirement not in verdicts:
            yield f"Metric {metric.id} belongs to {metric.requirement}, which is not among the requirements."
        elif verdicts[metric.requirement].rank > metric.verdict.rank:
            yield f"Metric {metric.id} is '{metric.verdict}', worse than its requirement {metric.requirement}."
        if metric.interval and metric.interval[0] > metric.interval[1]:
            yield f"Metric {metric.id} has an interval that ends before it begins."
        if metric.verdict in {Verdict.PASS, Verdict.FAIL} and (metric.value is None or not metric.n):
            yield f"Metric {metric.id} is '{metric.verdict}' without a measurement."


def _judge_references(results: Results) -> Iterator[str]:
    known = {evidence.sha256 for evidence in results.evidence}
    for requirement in results.requirements:
        for check in requirement.checks:
            for digest in sorted(set(check.evidence) - known):
                yield f"{check.node} names evidence {digest[:12]} that is not there."


def judge_evidence(evidence: Evidence) -> Iterator[str]:
    """Yield a sentence for each way in which one piece of evidence is not what it says."""
    if (evidence.path is None) == (evidence.inline is None):
        yield f"Evidence {evidence.sha256[:12]} needs either a path or inline text."
    if evidence.path is not None and not stays_inside(evidence.path):
        yield f"Evidence {evidence.sha256[:12]} lies outside the folder of the run: {evidence.path!r}."
    if evidence.inline is not None:
        content = evidence.inline.encode()
        if sha256(content).hexdigest() != evidence.sha256 or len(content) != evidence.bytes:
            yield f"Evidence {evidence.sha256[:12]} is not what its digest and size say."


def _judge_denominators(results: Results) -> Iterator[str]:
    for coverage in results.coverage:
        if coverage.done > coverage.total:
            yield f"Coverage of {coverage.name} is {coverage.done} of {coverage.total}."
