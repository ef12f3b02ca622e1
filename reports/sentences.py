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

_HEADLINES = {
    ExitCode.MET: "Met",
    ExitCode.FAILED: "Not met",
    ExitCode.UNDECIDED: "Not decided",
    ExitCode.UNREACHABLE: "Not reachable",
    ExitCode.HARNESS_ERROR: "Harness error",
    ExitCode.WRONG_USE: "Adapter error",
    ExitCode.INTERRUPTED: "Interrupted",
}

_NAMED = 5  # broken requirements named in the sentence; the report lists all


def join(parts: Sequence[str]) -> str:
    """Return "a", "a and b" or "a, b and c"."""
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))


def count_noun(count: int, noun: str) -> str:
    """Return "1 requirement" or "2 requirements"."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def headline_of(code: ExitCode, results: Results) -> str:
    """Return the verdict in a few words; a part of the catalogue never sounds like the whole."""
    partial = code in {ExitCode.MET, ExitCode.FAILED, ExitCode.UNDECIDED} and is_partial(results)
    return _HEADLINES[code] + (f" for the selection “{results.run.selection}”" if partial else "")


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


def explain(code: ExitCode, results: Results, musts: Mapping[Verdict, int], examined: int) -> str:
    """Return the clause after the headline. `musts` and `examined` count the MUSTs in scope and what was decided."""
    early = {
        ExitCode.UNREACHABLE: f"{results.target.base_url or 'the target'} gave no answer, so nothing is said about it",
        ExitCode.WRONG_USE: f"what the adapter could not carry is not decided; {describe_musts(musts)}",
        ExitCode.HARNESS_ERROR: f"what the harness did not finish is not decided; {describe_musts(musts)}",
        ExitCode.INTERRUPTED: f"the run ended before it was complete; {describe_musts(musts)}",
    }
    return early[code] if code in early else _explain_decision(code, musts, examined)


def _explain_decision(code: ExitCode, musts: Mapping[Verdict, int], examined: int) -> str:
    total = sum(musts.values())
    if code is ExitCode.FAILED:
        failed = musts[Verdict.FAIL]
        return f"{failed} of {count_noun(total, 'MUST')} in scope {'fails' if failed == 1 else 'fail'}"
    if code is ExitCode.UNDECIDED and not examined:
        return "nothing in scope was examined"
    if code is ExitCode.UNDECIDED:
        return f"no MUST fails, but {describe_musts(musts, [Verdict.INCONCLUSIVE, Verdict.NOT_TESTED])}"
    return describe_musts(musts)


def _name_some(broken: Sequence[RequirementResult]) -> str:
    ids = [requirement.id for requirement in broken[:_NAMED]]
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


def describe_musts(musts: Mapping[Verdict, int], shown: Sequence[Verdict] = tuple(Verdict)) -> str:
    """Return "of 118 MUSTs in scope 3 fail and 115 pass", for the verdicts that are to be shown."""
    if not sum(musts.values()):
        return "no MUST is in scope"
    parts = [describe_count(verdict, musts[verdict]) for verdict in shown if musts[verdict]]
    return f"of {count_noun(sum(musts.values()), 'MUST')} in scope {join(parts)}"


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
