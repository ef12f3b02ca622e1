"""What falsify says: each finding as it comes, what was not noticed and why, and the kill matrix."""

from __future__ import annotations

from collections.abc import Collection

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from reports.verdicts import Verdict
from spec.catalogue import Catalogue
from spec.falsify.finding import Finding
from spec.falsify.kills import Kills


def list_shortfalls(finding: Finding) -> list[str]:
    """A sentence for each requirement that did not notice, or one for an experiment that showed nothing."""
    experiment = finding.experiment
    if finding.failure:
        return [f"{experiment.id}: {finding.failure}"]
    return [
        f"{experiment.id}: {_shortfall(finding, requirement)}"
        for requirement in experiment.requirements
        if not finding.killed(requirement)
    ]


def _shortfall(finding: Finding, requirement: str) -> str:
    seen, fault = finding.verdicts.get(requirement), finding.experiment.fault
    if fault is not None and seen is not None and seen.verdict is Verdict.FAIL:
        red, expected = " and ".join(seen.outcomes), " or ".join(sorted(fault.outcomes[requirement]))
        return f"{requirement} turned red, but with {red} instead of {expected}: the shop broke in another way"
    return f"{requirement} did not notice ({_seen(finding, requirement)})"


def _seen(finding: Finding, requirement: str) -> str:
    seen = finding.verdicts.get(requirement)
    if seen is None:
        return "no verdict"
    if finding.experiment.fault is not None and seen.verdict is Verdict.NOT_TESTED:
        return f"its shop was not examined: {seen.reason}"
    if finding.experiment.fault is not None and seen.verdict is Verdict.PASS:
        return "pass: either the check does not look, or the fault changes nothing"
    return f"{seen.verdict}: {seen.reason}" if seen.reason else str(seen.verdict)


def print_finding(console: Console, place: str, finding: Finding) -> None:
    """One line: what was wrong, how many noticed, and with which outcomes."""
    experiment = finding.experiment
    noticed = sum(finding.killed(one) for one in experiment.requirements)
    complete = noticed == len(experiment.requirements)
    sign = "[green]✓[/green]" if complete else "[red]✗[/red]"
    outcomes = sorted({outcome for seen in finding.verdicts.values() for outcome in seen.outcomes})
    said = f" ({', '.join(outcomes)})" if experiment.fault is not None and outcomes else ""
    shown = escape(f"{experiment.id}: {noticed} of {len(experiment.requirements)} noticed{said}")
    console.print(f"{escape(place)} {sign} {shown}", markup=True)


def print_matrix(console: Console, catalogue: Catalogue, kills: Kills, shown: Collection[str] | None) -> None:
    """For each requirement that has a check (of those in `shown`): its faults, and how many nulls it noticed."""
    table = Table(title="Kill matrix", title_justify="left", show_edge=False, pad_edge=False)
    table.add_column("requirement", min_width=9)
    table.add_column("faults that turned it red", overflow="fold")
    table.add_column("whole nulls met", max_width=8)
    table.add_column("own exchange nulled: red", max_width=13)
    for requirement in catalogue.requirements:
        if requirement.unchecked or (shown is not None and requirement.id not in shown):
            continue
        entries = [one for one in kills.entries if one.requirement == requirement.id]
        faults = [f"{'✓' if one.killed else '✗'} {one.fault}" for one in entries if not one.fault.startswith("null:")]
        whole = [one for one in entries if one.fault.startswith("null:whole")]
        proxied = [one for one in entries if one.fault.startswith("null:proxied")]
        met = sum(one.verdict == Verdict.PASS for one in whole)
        red = sum(one.killed for one in proxied)
        table.add_row(requirement.id, "\n".join(faults) or "none", f"{met} of {len(whole)}", f"{red} of {len(proxied)}")
    console.print(table)
