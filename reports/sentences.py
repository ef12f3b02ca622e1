"""Verdicts in words: the sentence on top of every output and the notes that go with it. Plain text, no markup."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from reports.exit_codes import ExitCode
from reports.results import Ended
from reports.results.tally import describe_count
from reports.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reports.results import RequirementResult, Results

_OPENINGS = {
    ExitCode.UNDECIDED: "Not decided",
    ExitCode.UNREACHABLE: "Not reachable",
    ExitCode.HARNESS_ERROR: "Harness error",
    ExitCode.WRONG_USE: "Adapter error",
    ExitCode.INTERRUPTED: "Interrupted",
}
"""Words that open a sentence. Where the run came to its end, the figures alone say it: they never claim the rest."""

_EXAMINED = {
    Verdict.PASS: "met",
    Verdict.WAIVED: "waived",
    Verdict.NOT_APPLICABLE: "not applicable",
    Verdict.INCONCLUSIVE: "inconclusive",
    Verdict.FAIL: "not met",
}
"""Verdicts of what was examined, in the order of the sentence: what is not met comes last, and is named there."""

_NAMED = 5  # broken requirements named in the sentence; the report lists all


def join(parts: Sequence[str]) -> str:
    """Return "a", "a and b" or "a, b and c"."""
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))


def count_noun(count: int, noun: str) -> str:
    """Return "1 requirement" or "2 requirements"."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def describe_extent(results: Results, counts: Mapping[Verdict, int]) -> str:
    """Return how far the run went: "39 of 190 examined, all met", or "60 of 190 examined: 57 met, 3 not met".

    It counts against the whole catalogue, requirements without a check included, and names a selection.
    """
    found = [(counts[verdict], word) for verdict, word in _EXAMINED.items() if counts[verdict]]
    whole = max(results.catalogue.requirements, len(results.requirements))
    extent = f"{sum(count for count, _ in found)} of {whole} examined"
    if is_partial(results):
        extent += f" for the selection “{results.run.selection}”"
    if len(found) == 1:
        return f"{extent}, all {found[0][1]}"
    return f"{extent}: {', '.join(f'{count} {word}' for count, word in found)}" if found else extent


def headline_of(code: ExitCode, extent: str) -> str:
    """Return the verdict in a few words, for the title of a page."""
    return extent if code not in _OPENINGS else f"{_OPENINGS[code]}: {extent}"


def explain(code: ExitCode, results: Results, extent: str, untested: int, failing: Sequence[RequirementResult]) -> str:
    """Return the sentence on top of every output, without its full stop; `untested` counts MUSTs in scope."""
    opening = {
        ExitCode.UNDECIDED: "Not decided: ",
        ExitCode.UNREACHABLE: f"Not reachable: {results.target.base_url or 'the target'} gave no answer; ",
        ExitCode.WRONG_USE: "Adapter error: what the adapter could not carry is not decided; ",
        ExitCode.HARNESS_ERROR: "Harness error: what the harness did not finish is not decided; ",
        ExitCode.INTERRUPTED: "Interrupted: the run ended before it was complete; ",
    }.get(code, "")
    left = f"; {count_noun(untested, 'MUST')} in scope {'was' if untested == 1 else 'were'} not tested"
    named = f": {_name_some(failing)}" if failing else ""
    return f"{opening}{extent}{named}{left if untested and code is not ExitCode.UNREACHABLE else ''}"


def rerun_command(results: Results, requirement_id: str) -> str:
    """Return the command that examines one requirement again, on the target of this run."""
    try:
        words = shlex.split(results.run.command)
    except ValueError:  # the command of results that were written by hand
        words = []
    named = [[*words, ""][place + 1] for place, word in enumerate(words) if word == "--target"]
    named += [word.partition("=")[2] for word in words if word.startswith("--target=")]
    target = f" --target {shlex.quote(named[-1])}" if named else ""
    return f"nox -s check -- {requirement_id}{target}"


def is_partial(results: Results) -> bool:
    """Say whether the run judged less than the whole catalogue."""
    return len(results.requirements) < results.catalogue.requirements


def _name_some(broken: Sequence[RequirementResult]) -> str:
    # A MUST is what one expects; that another level fails decides nothing.
    ids = [
        one.id if one.level == "MUST" or one.verdict is not Verdict.FAIL else f"{one.id} ({one.level})"
        for one in broken[:_NAMED]
    ]
    rest = [f"{len(broken) - _NAMED} more"] if len(broken) > _NAMED else []
    return join([*ids, *rest])


def describe_broken(results: Results, broken: Sequence[RequirementResult]) -> str:
    """Return the sentence that names adapter and harness errors, beside what else is said; empty without any."""
    ours = [requirement for requirement in broken if requirement.reason_code != "adapter broke"]
    theirs = [requirement for requirement in broken if requirement.reason_code == "adapter broke"]
    named = [f"The adapter broke on {_name_some(theirs)}."] if theirs else []
    named += [f"The harness broke on {_name_some(ours)}."] if ours else []
    if named:
        return " ".join(named)
    return "The harness broke outside of any requirement." if results.run.ended is Ended.HARNESS_ERROR else ""


def describe_debt(debt: Sequence[RequirementResult]) -> str:
    """Return the sentence on requirements without a check; empty where there are none."""
    if not debt:
        return ""
    return f"{count_noun(len(debt), 'requirement')} {'has' if len(debt) == 1 else 'have'} no check yet."


def describe_others(level: str, counts: Mapping[Verdict, int]) -> str:
    """Return the sentence on the SHOULDs or MAYs in scope; empty where there are none."""
    total = sum(counts.values())
    if not total:
        return ""
    parts = [describe_count(verdict, count) for verdict, count in counts.items() if count]
    return f"Of {count_noun(total, level)} in scope {join(parts)}."


def describe_run(results: Results, out_of_scope: int) -> list[str]:
    """Return what a reader has to know to value the verdict: how the run ended and what it left out."""
    notes: list[str] = []
    if results.run.ended is Ended.INTERRUPTED:
        notes.append("The run was interrupted.")
    if is_partial(results):
        selected, whole = len(results.requirements), results.catalogue.requirements
        verb = "was" if selected == 1 else "were"
        notes.append(f"{selected} of the {whole} requirements of the catalogue {verb} selected.")
    if out_of_scope:
        verb = "was" if out_of_scope == 1 else "were"
        notes.append(f"{count_noun(out_of_scope, 'requirement')} {verb} outside the scope of this run.")
    if results.run.quick:
        notes.append("It was a quick run, with fewer examples and repetitions.")
    return notes
