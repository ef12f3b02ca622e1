"""Counting raw verdicts, and the sentence that goes with the counts."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from reports.results.results_model import VerdictCounts
from reports.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reports.results.results_model import RequirementResult

_VERBS = {
    Verdict.ERROR: ("could not be judged", "could not be judged"),
    Verdict.FAIL: ("fails", "fail"),
    Verdict.INCONCLUSIVE: ("is inconclusive", "are inconclusive"),
    Verdict.NOT_TESTED: ("was not tested", "were not tested"),
    Verdict.WAIVED: ("is waived", "are waived"),
    Verdict.PASS: ("passes", "pass"),
    Verdict.NOT_APPLICABLE: ("does not apply", "do not apply"),
}


def describe_count(verdict: Verdict, count: int) -> str:
    """Return a clause such as "3 fail" or "1 was not tested"."""
    singular, plural = _VERBS[verdict]
    return f"{count} {singular if count == 1 else plural}"


def count_verdicts(requirements: Iterable[RequirementResult]) -> dict[Verdict, int]:
    """Count all seven verdicts over the requirements in scope, zeros included, worst first."""
    counted = Counter(requirement.verdict for requirement in requirements if requirement.in_scope)
    return {verdict: counted[verdict] for verdict in Verdict}


def tally(requirements: Iterable[RequirementResult]) -> VerdictCounts:
    """Count the verdicts of the requirements in scope and say them in one sentence, worst first."""
    counts = count_verdicts(requirements)
    total = sum(counts.values())
    if not total:
        return VerdictCounts(counts=counts, sentence="No requirement is in scope.")
    clauses = ", ".join(describe_count(verdict, count) for verdict, count in counts.items() if count)
    noun = "requirement" if total == 1 else "requirements"
    return VerdictCounts(counts=counts, sentence=f"Of {total} {noun} in scope, {clauses}.")
