"""The gate: one exit code for a finished run, and what a person needs to see beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports.exit_codes import ExitCode, choose
from reports.judgement import Judgement, judge
from reports.results import (
    RESULTS_NAME,
    SUMS_NAME,
    ResultsError,
    find_altered_evidence,
    find_tampering,
    read_results,
    write_atomically,
)
from reports.run_outputs import REPORT_NAME, is_rendered
from reports.sentences import describe_debt, rerun_command
from reports.verdicts import Verdict

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from reports.results import RequirementResult, Results
    from reports.terminal import Page

EXIT_CODE_NAME = "exit_code"

_SHOWN = (Verdict.FAIL, Verdict.ERROR, Verdict.INCONCLUSIVE)

_LISTED = 20  # findings on the terminal; the report has all


@dataclass(frozen=True, slots=True)
class GateAnswer:
    """The exit code, the judgement where there are readable results, and what is wrong with the files around them."""

    code: ExitCode
    judgement: Judgement | None
    findings: list[str]


def examine_run(run_folder: Path, judged_at: date) -> GateAnswer:
    """Judge the results in `run_folder` and the files around them. Nothing is written."""
    if not (run_folder / RESULTS_NAME).exists() and not (run_folder / SUMS_NAME).exists():
        finding = f"{run_folder} holds no {RESULTS_NAME}: the run broke off before it could write one."
        return GateAnswer(ExitCode.HARNESS_ERROR, None, [finding])
    findings = find_tampering(run_folder, [RESULTS_NAME])
    try:
        results = read_results(run_folder / RESULTS_NAME)
    except ResultsError as error:
        codes = {ExitCode.TAMPERED, ExitCode.HARNESS_ERROR} if findings else {ExitCode.HARNESS_ERROR}
        return GateAnswer(choose(codes), None, [*findings, str(error)])
    # The sums may have been written again with the files; the digests in the results are another witness.
    findings = findings or find_altered_evidence(run_folder, results.evidence)
    codes = {ExitCode.TAMPERED} if findings else set()
    judgement = judge(results, judged_at)
    if not is_rendered(run_folder):
        codes.add(ExitCode.NO_REPORT)
        findings.append("The report is missing or of other results; `python -m reports render` writes it.")
    return GateAnswer(choose({*codes, judgement.code}), judgement, findings)


def record_exit_code(run_folder: Path, code: ExitCode) -> None:
    """Write the exit code beside the results, for programs that cannot see that of the process."""
    write_atomically(run_folder / EXIT_CODE_NAME, f"{code.value}\n".encode())


def describe_answer(answer: GateAnswer, run_folder: Path, page: Page) -> str:
    """Return what the gate prints: the verdict with its counts first, then what to do about it."""
    judgement = answer.judgement
    if judgement is None or answer.code is ExitCode.TAMPERED:
        page.headline(Verdict.ERROR, answer.code.meaning)
    else:
        _describe_judgement(judgement, answer.code, page)
    if answer.findings:
        page.heading("Files of the run")
    for finding in answer.findings:
        page.paragraph(finding)
    page.heading("Answer")
    page.field("exit code", f"{answer.code.value}: {answer.code.meaning}")
    if (run_folder / REPORT_NAME).is_file():
        page.path("report", str(run_folder / REPORT_NAME))
    return page.text()


def _describe_judgement(judgement: Judgement, code: ExitCode, page: Page) -> None:
    debt = describe_debt(judgement.debt)
    if code is judgement.code:
        page.headline(judgement.tone, " ".join(filter(None, [judgement.sentence, debt])))
    else:
        page.headline(Verdict.ERROR, code.meaning)
        page.paragraph(" ".join(filter(None, [judgement.sentence, debt])))
    rest = " ".join(note for note in judgement.notes if note != debt)
    if rest:
        page.paragraph(rest)
    page.counts(judgement.counts)
    found = [item for verdict in _SHOWN for item in judgement.having(verdict)]
    for requirement in found[:_LISTED]:
        _describe_finding(judgement.results, requirement, page)
    if len(found) > _LISTED:
        page.heading(f"… and {len(found) - _LISTED} more, which the report lists")
    if judgement.unexamined:
        page.heading("Not examined")
    for group in judgement.unexamined:
        page.paragraph(f"{group.reason.title} ({len(group.requirements)}): {name_some(group.requirements)}")


def _describe_finding(results: Results, requirement: RequirementResult, page: Page) -> None:
    page.finding(requirement.verdict, f"{requirement.id} {requirement.level}", requirement.statement)
    worst = requirement.worst_check
    if worst is not None and worst.outcome_code is not None:
        page.field("outcome", worst.outcome_code)
    if worst is not None and (worst.expected or worst.observed):
        page.field("expected", worst.expected or "—")
        page.field("observed", worst.observed or "—")
    reason = requirement.reason or (worst.reason if worst is not None else "")
    if reason:
        page.field("reason", reason)
    if requirement.likely_fix and requirement.verdict is Verdict.FAIL:
        page.field("likely fix", requirement.likely_fix)
    page.field("again", rerun_command(results, requirement.id))


def name_some(requirements: list[RequirementResult], limit: int = 8) -> str:
    """Return the ids of requirements, the first few by name."""
    ids = [requirement.id for requirement in requirements[:limit]]
    rest = [f"and {len(requirements) - limit} more"] if len(requirements) > limit else []
    return ", ".join([*ids, *rest])
