"""Terminal output of falsify: each finding as it comes, what was not noticed and why, and the kill matrix."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from reports.sentences import count_noun
from reports.verdicts import Verdict
from spec.catalogue import Catalogue
from spec.falsify.experiments import Experiment, ExperimentVerdict, Finding, WholeNull
from spec.falsify.fault_modules import FaultModule
from spec.falsify.kill_files import KillEntry, KillFile, Kills

RUN_SECONDS: Final = 3
"""The time of an experiment beside its checks, as measured on two cores: a shop is switched, a run begins and ends."""


def list_shortfalls(finding: Finding) -> list[str]:
    """List a sentence for each requirement that did not notice, or one for an experiment that showed nothing."""
    experiment = finding.experiment
    if finding.failure:
        return [f"{experiment.id}: {finding.failure}"]
    return [
        f"{experiment.id}: {_shortfall(finding, requirement)}"
        for requirement in experiment.requirements
        if not finding.killed(requirement)
    ]


def _shortfall(finding: Finding, requirement: str) -> str:
    seen, wrong = finding.verdicts.get(requirement), finding.experiment.wrong
    if seen is None:
        return f"{requirement} did not notice (no verdict)"
    if isinstance(wrong, FaultModule) and seen.verdict is Verdict.FAIL:
        red, expected = " and ".join(seen.outcomes), " or ".join(sorted(wrong.outcomes[requirement]))
        return f"{requirement} turned red, but with {red} instead of {expected}: the shop broke in another way"
    if isinstance(wrong, FaultModule) and seen.verdict is Verdict.NOT_TESTED:
        return f"{requirement} did not notice (its shop was not examined: {seen.reason})"
    if isinstance(wrong, FaultModule) and seen.verdict is Verdict.PASS:
        return f"{requirement} did not notice (pass: either the check does not look, or the fault changes nothing)"
    return f"{requirement} did not notice ({seen.verdict}{': ' if seen.reason else ''}{seen.reason})"


def print_finding(console: Console, place: str, finding: Finding) -> None:
    """Print one line: the fault or null, how many requirements noticed, and with which outcomes."""
    experiment = finding.experiment
    noticed = sum(finding.killed(one) for one in experiment.requirements)
    complete = noticed == len(experiment.requirements)
    sign = "[green]✓[/green]" if complete else "[red]✗[/red]"
    outcomes = sorted({outcome for seen in finding.verdicts.values() for outcome in seen.outcomes})
    said = f" ({', '.join(outcomes)})" if isinstance(experiment.wrong, FaultModule) and outcomes else ""
    shown = escape(f"{experiment.id}: {noticed} of {len(experiment.requirements)} noticed{said}")
    console.print(f"{escape(place)} {sign} {shown}", markup=True)


def describe_work(chosen: Sequence[Experiment]) -> str:
    """Say before anything runs how many experiments that takes, and how many verdicts they ask for."""
    faults = sum(isinstance(one.wrong, FaultModule) for one in chosen)
    verdicts = sum(len(one.requirements) for one in chosen)
    kinds = f"{faults} on faults, {len(chosen) - faults} on nulls"
    return f"{count_noun(len(chosen), 'experiment')} ({kinds}), in which requirements are examined {verdicts} times"


def describe_time(
    together: Sequence[Experiment],
    alone: Sequence[Experiment],
    untouched: Mapping[str, ExperimentVerdict],
    jobs: int,
) -> str:
    """Say about how long the experiments take, by the time that their checks took on the untouched shop."""

    def seconds(experiment: Experiment) -> float:
        # Nothing is waited for at a server that answers everything at once.
        idle = isinstance(experiment.wrong, WholeNull)
        checks = (untouched[one].seconds for one in experiment.requirements if one in untouched)
        return RUN_SECONDS + (0 if idle else sum(checks))

    side_by_side = sum(map(seconds, together)) / max(1, min(jobs, len(together)))
    minutes = (side_by_side + sum(map(seconds, alone))) / 60
    return f"  about {max(1, round(minutes))} min from here on"


def time_left(seconds: float, done: int, total: int) -> str:
    """Say about how long the rest takes, if it goes on like this; what measures under load comes last and is slower."""
    rest = seconds / done * (total - done)
    return f", about {rest / 60:.0f} min left" if rest >= 60 else ""


def print_matrix(console: Console, catalogue: Catalogue, kills: Kills, shown: Collection[str] | None) -> None:
    """Print for each requirement that has a check (of those in `shown`) faults, nulls by kind, and points."""
    table = Table(title="Kill matrix", title_justify="left", show_edge=False, pad_edge=False)
    table.add_column("requirement", min_width=9)
    table.add_column("faults that turned it red", overflow="fold")
    table.add_column("nulls noticed, by kind")
    table.add_column("points noticed, by span")
    for requirement in catalogue.requirements:
        if requirement.unchecked or (shown is not None and requirement.id not in shown):
            continue
        file = kills.files.get(requirement.id, KillFile())
        noted, points = file.seen, file.points.spans if file.points else {}
        faults = [f"{'✓' if entry.killed else '✗'} {name}" for name, entry in noted.items() if not _null_kind(name)]
        spans = [f"{'✓' if seen == drawn else '✗'} {span} {seen}/{drawn}" for span, (seen, drawn) in points.items()]
        cells = ["\n".join(lines) or "none" for lines in (faults, _count_nulls(noted.items()), spans)]
        table.add_row(requirement.id, *cells)
    console.print(table)


def _count_nulls(seen: Iterable[tuple[str, KillEntry]]) -> list[str]:
    """Count the nulls of each kind that were noticed; whole servers are a kind of their own."""
    by_kind: dict[str, list[bool]] = {}
    for name, entry in seen:
        if kind := _null_kind(name):
            by_kind.setdefault(kind, []).append(entry.killed)
    return [f"{'✓' if all(killed) else '✗'} {kind} {sum(killed)}/{len(killed)}" for kind, killed in by_kind.items()]


def _null_kind(name: str) -> str:
    """Return "exchange" of "null:exchange:echo", and "mail" of "null:mail"; nothing of a fault."""
    return name.split(":")[1] if name.startswith("null:") else ""
