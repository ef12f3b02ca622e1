"""From raw results to the judged view: the one place where a verdict becomes an exit code and a sentence.

Everything that is rendered, printed or returned takes it from here, so that no two outputs of a run can disagree.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from reports import sentences
from reports.exit_codes import ExitCode, choose, code_of_end
from reports.reasons import REASONS, Reason
from reports.results.tally import count_verdicts
from reports.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reports.results import Metric, RequirementResult, Results

_DECIDED = {Verdict.FAIL, Verdict.PASS, Verdict.WAIVED}

_EXAMINED = _DECIDED | {Verdict.INCONCLUSIVE, Verdict.NOT_APPLICABLE}

_TONES = {
    ExitCode.MET: Verdict.PASS,
    ExitCode.FAILED: Verdict.FAIL,
    ExitCode.UNDECIDED: Verdict.INCONCLUSIVE,
    ExitCode.HARNESS_ERROR: Verdict.ERROR,
    ExitCode.WRONG_USE: Verdict.ERROR,
    ExitCode.UNREACHABLE: Verdict.NOT_TESTED,
    ExitCode.INTERRUPTED: Verdict.NOT_TESTED,
}


@dataclass(frozen=True, slots=True)
class Unexamined:
    """Requirements that were not examined for one and the same reason."""

    reason: Reason
    requirements: list[RequirementResult]


@dataclass(frozen=True, slots=True)
class JudgedChapter:
    """The requirements of one chapter, in the order of the catalogue, and how many in scope have each verdict."""

    name: str
    requirements: list[RequirementResult]
    counts: dict[Verdict, int]


@dataclass(frozen=True, slots=True)
class Proof:
    """Number of requirements that were examined, and of those that were seen to catch a fault that is not stale."""

    examined: int
    seen: int


@dataclass(frozen=True, slots=True)
class Judgement:
    """The view of results on a given day.

    `counts` has all seven verdicts over the requirements in scope, `levels` the same for MUST, SHOULD and MAY apart.
    `debt` are the requirements that have no check yet, which stand outside the gate.
    """

    results: Results
    judged_at: date
    code: ExitCode
    headline: str
    sentence: str
    notes: list[str]
    counts: dict[Verdict, int]
    levels: dict[str, dict[Verdict, int]]
    debt: list[RequirementResult]
    unexamined: list[Unexamined]
    chapters: list[JudgedChapter]
    proof: Proof

    @property
    def tone(self) -> Verdict:
        """The verdict whose colour and icon stand for the run as a whole."""
        return _TONES[self.code]

    @property
    def requirements(self) -> list[RequirementResult]:
        """All requirements with their judged verdicts, in the order of the catalogue."""
        return self.results.requirements

    @property
    def metrics(self) -> list[Metric]:
        """The measured figures, in the order of the results."""
        return self.results.metrics

    def having(self, verdict: Verdict) -> list[RequirementResult]:
        """Return the requirements in scope with this verdict, MUSTs first, else in the order of the catalogue."""
        return _having(self.results, verdict)


def _having(results: Results, verdict: Verdict) -> list[RequirementResult]:
    found = [requirement for requirement in results.requirements if is_counted(requirement, verdict)]
    return sorted(found, key=lambda requirement: ("MUST", "SHOULD", "MAY").index(requirement.level))


def judge(results: Results, judged_at: date) -> Judgement:
    """Judge results as of a day. The answer depends on nothing else."""
    levels = {
        level: count_verdicts(requirement for requirement in results.requirements if requirement.level == level)
        for level in ("MUST", "SHOULD", "MAY")
    }
    counts = count_verdicts(results.requirements)
    code = decide(results, levels["MUST"], counts)
    debt = [requirement for requirement in results.requirements if requirement.reason_code == "no check yet"]
    out_of_scope = sum(not requirement.in_scope for requirement in results.requirements) - len(debt)
    broken = [requirement for requirement in results.requirements if is_counted(requirement, Verdict.ERROR)]
    failing = _having(results, Verdict.FAIL)
    extent = sentences.describe_extent(results, counts)
    explanation = sentences.explain(code, results, extent, levels["MUST"][Verdict.NOT_TESTED], failing)
    breakage = sentences.describe_broken(results, broken)
    return Judgement(
        results=results,
        judged_at=judged_at,
        code=code,
        headline=sentences.headline_of(code, extent),
        sentence=f"{explanation}.{' ' * bool(breakage)}{breakage}",
        notes=[
            *filter(None, [sentences.describe_debt(debt)]),
            *filter(None, [sentences.describe_others(level, levels[level]) for level in ("SHOULD", "MAY")]),
            *sentences.describe_run(results, out_of_scope),
        ],
        counts=counts,
        levels=levels,
        debt=debt,
        unexamined=group_unexamined(results.requirements),
        chapters=group_chapters(results.requirements),
        proof=weigh_proof(results.requirements),
    )


def decide(results: Results, musts: dict[Verdict, int], counts: dict[Verdict, int]) -> ExitCode:
    """Return the exit code that results alone justify; the gate adds what is wrong with the files around them."""
    codes = {code_of_end(results.run.ended)}
    if musts[Verdict.FAIL]:
        codes.add(ExitCode.FAILED)
    for requirement in results.requirements:
        if is_counted(requirement, Verdict.ERROR):
            by_adapter = requirement.reason_code == "adapter broke"
            codes.add(ExitCode.WRONG_USE if by_adapter else ExitCode.HARNESS_ERROR)
    nothing_examined = not sum(counts[verdict] for verdict in _DECIDED)
    if musts[Verdict.INCONCLUSIVE] or musts[Verdict.NOT_TESTED] or nothing_examined:
        codes.add(ExitCode.UNDECIDED)
    return choose(codes)


def is_counted(requirement: RequirementResult, verdict: Verdict) -> bool:
    """Say whether a requirement is in scope with the given verdict."""
    return requirement.in_scope and requirement.verdict is verdict


def group_unexamined(requirements: Iterable[RequirementResult]) -> list[Unexamined]:
    """Group what is not tested by its reason, in the order of `REASONS`."""
    untested = [requirement for requirement in requirements if requirement.verdict is Verdict.NOT_TESTED]
    groups = {code: [requirement for requirement in untested if requirement.reason_code == code] for code in REASONS}
    return [Unexamined(REASONS[code], members) for code, members in groups.items() if members]


def group_chapters(requirements: Iterable[RequirementResult]) -> list[JudgedChapter]:
    """Group requirements by chapter, in the order in which chapters first appear."""
    groups: dict[str, list[RequirementResult]] = {}
    for requirement in requirements:
        groups.setdefault(requirement.chapter, []).append(requirement)
    return [JudgedChapter(name, members, count_verdicts(members)) for name, members in groups.items()]


def weigh_proof(requirements: Iterable[RequirementResult]) -> Proof:
    """Count the examined requirements, and those whose checks are known to be able to fail."""
    examined = [requirement for requirement in requirements if requirement.verdict in _EXAMINED]
    return Proof(len(examined), sum(requirement.seen_to_fail for requirement in examined))
