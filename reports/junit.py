"""JUnit XML for CI systems: one suite a chapter, one case a requirement, never a green case for an unmet one.

Fail is a failure; error, inconclusive and not tested are errors; not applicable, waived and out of scope are skipped.
The property `verifies` is the convention by which traceability tools find the requirement of a case.
"""

# mypy: allow-untyped-calls
# junitparser ships types for a part of its interface only.

from __future__ import annotations

from typing import TYPE_CHECKING

from junitparser import Error, Failure, JUnitXml, Property, Skipped, TestCase, TestSuite
from junitparser.junitparser import Properties

from reports.text import one_line, visible
from reports.verdicts import Verdict

if TYPE_CHECKING:
    from reports.judgement import JudgedChapter, Judgement
    from reports.results import CheckResult, RequirementResult

_KINDS = {
    Verdict.FAIL: Failure,
    Verdict.ERROR: Error,
    Verdict.INCONCLUSIVE: Error,
    Verdict.NOT_TESTED: Error,
    Verdict.WAIVED: Skipped,
    Verdict.NOT_APPLICABLE: Skipped,
}


def render_junit(judgement: Judgement) -> bytes:
    """Return the judgement as JUnit XML in UTF-8. The same judgement gives the same bytes."""
    document = JUnitXml(f"Shopspec: {one_line(judgement.results.target.name)}")
    for chapter in judgement.chapters:
        document.add_testsuite(_suite(chapter, judgement))
    document.update_statistics()
    return bytes(document.tostring())


def _suite(chapter: JudgedChapter, judgement: Judgement) -> TestSuite:
    suite = TestSuite(chapter.name)
    suite.timestamp = judgement.results.run.started.strftime("%Y-%m-%dT%H:%M:%S")
    suite.add_property("run", judgement.results.run.id)
    suite.add_property("judged_at", judgement.judged_at.isoformat())
    for requirement in chapter.requirements:
        suite.add_testcase(_case(requirement))
    suite.update_statistics()
    return suite


def _case(requirement: RequirementResult) -> TestCase:
    seconds = round(sum(check.seconds for check in requirement.checks), 6)
    name = f"{requirement.id} {one_line(requirement.statement)}"
    case = TestCase(name, f"shopspec.{requirement.chapter}", seconds)
    properties = Properties()
    properties.append(Property("verifies", requirement.id))
    properties.append(Property("verdict", requirement.verdict.value))
    properties.append(Property("level", requirement.level))
    for code in dict.fromkeys(check.outcome_code for check in requirement.checks if check.outcome_code is not None):
        properties.append(Property("outcome_code", one_line(code)))
    case.append(properties)
    kind = _KINDS.get(requirement.verdict) if requirement.in_scope else Skipped
    if kind is not None:
        result = kind(one_line(_message(requirement)), requirement.verdict.value)
        result.text = visible("\n\n".join(_describe(check) for check in requirement.checks))
        case.result = [result]
    return case


def _message(requirement: RequirementResult) -> str:
    worst = requirement.worst_check
    prefix = requirement.verdict.label if requirement.in_scope else "Out of scope"
    if worst is not None and worst.verdict is Verdict.FAIL:
        return f"{prefix}: {worst.outcome_code or 'no code'}: expected {worst.expected}; observed {worst.observed}"
    reasons = [requirement.reason_code, requirement.reason, worst.reason if worst else ""]
    return ": ".join([prefix, *filter(None, dict.fromkeys(reasons))])


def _describe(check: CheckResult) -> str:
    lines = [f"{check.verdict.label}: {check.title}", check.node, f"examined {check.done} of {check.total}"]
    details = {
        "description": check.description,
        "outcome": check.outcome_code,
        "expected": check.expected,
        "observed": check.observed,
        "not reached": ", ".join(check.missing),
        "reason": check.reason,
        "seed": check.seed,
        "example": check.example,
        "reproduce": check.reproduce,
    }
    lines += [f"{name}: {value}" for name, value in details.items() if value not in {None, ""}]
    return "\n".join(lines)
