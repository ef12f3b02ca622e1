"""The command line of falsify: what to try, progress, the kill matrix, the exit code."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Collection, Sequence
from datetime import UTC, datetime

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from reports.verdicts import Verdict
from spec.catalogue import Catalogue, CatalogueError, load_catalogue
from spec.faults.documents import shop_document
from spec.faults.experiment import ExperimentFailed
from spec.faults.laboratory import Finding, Laboratory, divide
from spec.faults.plan import (
    Digests,
    Experiment,
    all_experiments,
    choose,
    forget_removed,
    todays_digests,
    without_faults,
)
from spec.kills import FaultFileError, Kill, Kills, read_kills, write_kills
from spec.lifeline import interrupt_on_signals, interrupt_when_orphaned

WRONG_USE = 2
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is asked for; 0 when everything that was tried was noticed."""
    given = _parser().parse_args(arguments)
    console = Console(highlight=False, soft_wrap=True)
    try:
        catalogue = load_catalogue()
        experiments = all_experiments(catalogue, nulls=not given.no_nulls)
        _refuse_unknown(given.ids, catalogue, experiments)
    except (CatalogueError, FaultFileError) as error:
        print(f"falsify: {error}", file=sys.stderr)  # noqa: T201 - the command line's own voice
        return WRONG_USE
    interrupt_on_signals()
    interrupt_when_orphaned()
    digests = todays_digests(catalogue)
    kills = forget_removed(read_kills(), all_experiments(catalogue))
    chosen = choose(experiments, kills, digests, everything=given.all, wanted=given.ids)
    hold = len(experiments) - len(choose(experiments, kills, digests, everything=False))
    try:
        failures = _carry_out(given, console, chosen, kills, digests) if chosen else []
    except KeyboardInterrupt:
        console.print("interrupted; what was seen so far is kept")
        return INTERRUPTED
    failures += [
        f"{one} has a check and no fault: nobody has seen it fail" for one in without_faults(catalogue, experiments)
    ]
    shown = {one for experiment in chosen for one in experiment.requirements} if given.ids else None
    _print_matrix(console, catalogue, read_kills(), shown)
    for failure in failures:
        console.print(f"[red]✗[/red] {failure}", markup=True)
    verdict = "everything wrong was noticed" if not failures else f"{len(failures)} things went wrong"
    console.print(f"{len(chosen)} of {len(experiments)} experiments run, {hold} held before; {verdict}")
    return 1 if failures else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m spec.faults",
        description="Show that each check can fail: by shops that are wrong on purpose, and by servers that are none.",
    )
    parser.add_argument("ids", nargs="*", metavar="ID", help="faults or requirements (default: what changed)")
    parser.add_argument("--all", action="store_true", help="everything, also what still holds from before")
    parser.add_argument("--no-nulls", action="store_true", help="faults only")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="experiments side by side")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="seed of every run (default 1)")
    return parser


def _refuse_unknown(ids: Sequence[str], catalogue: Catalogue, experiments: Sequence[Experiment]) -> None:
    known = {one.id for one in experiments} | {one.id for one in catalogue.requirements}
    for wanted in ids:
        if wanted not in known:
            raise CatalogueError(
                f"there is no fault or requirement {wanted!r}; faults are the files of spec/faults/shops"
            )


def _carry_out(
    given: argparse.Namespace, console: Console, chosen: Sequence[Experiment], kills: Kills, digests: Digests
) -> list[str]:
    laboratory = Laboratory(seed=given.seed, document=shop_document())
    failures = []
    try:
        concerned = sorted({one for experiment in chosen for one in experiment.requirements})
        console.print(f"the untouched shop against {len(concerned)} requirements …")
        try:
            untouched = laboratory.baseline(concerned)
        except ExperimentFailed as error:
            return [f"the untouched shop could not be examined: {error}"]
        for requirement, seen in untouched.items():
            if seen.verdict is not Verdict.PASS:
                failures.append(f"{requirement} is {seen.verdict} on the untouched shop: {seen.reason}")
        console.print(f"  {sum(seen.verdict is Verdict.PASS for seen in untouched.values())} of {len(untouched)} pass")
        green = {requirement for requirement, seen in untouched.items() if seen.verdict is Verdict.PASS}
        parts = sum(map(len, divide(chosen)))
        for count, finding in enumerate(laboratory.run(chosen, given.jobs), start=1):
            failures += _unnoticed(finding)
            kills = _remember(kills, finding, digests, green)
            write_kills(kills)
            _print_finding(console, f"[{count:>3}/{parts}]", finding)
    finally:
        laboratory.close()
    return failures


def _unnoticed(finding: Finding) -> list[str]:
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


def _remember(kills: Kills, finding: Finding, digests: Digests, green: Collection[str]) -> Kills:
    """Keep what was seen. What is red on the untouched shop too was not turned red by the fault."""
    experiment, today = finding.experiment, datetime.now(UTC).date().isoformat()
    for requirement in experiment.requirements:
        seen = finding.verdicts.get(requirement)
        if seen is not None:
            kills = kills.with_entry(
                Kill(
                    fault=experiment.id,
                    requirement=requirement,
                    killed=requirement in green and finding.killed(requirement),
                    verdict=str(seen.verdict),
                    outcome=finding.outcome(requirement),
                    last_seen=today,
                    check_sha256=digests.checks[requirement],
                    fault_sha256=experiment.digest,
                    shop_sha256="" if experiment.whole else digests.shop,
                )
            )
    return kills


def _print_finding(console: Console, place: str, finding: Finding) -> None:
    experiment = finding.experiment
    noticed = sum(finding.killed(one) for one in experiment.requirements)
    complete = noticed == len(experiment.requirements)
    sign = "[green]✓[/green]" if complete else "[red]✗[/red]"
    outcomes = sorted({outcome for seen in finding.verdicts.values() for outcome in seen.outcomes})
    said = f" ({', '.join(outcomes)})" if experiment.fault is not None and outcomes else ""
    shown = escape(f"{experiment.id}: {noticed} of {len(experiment.requirements)} noticed{said}")
    console.print(f"{escape(place)} {sign} {shown}", markup=True)


def _print_matrix(console: Console, catalogue: Catalogue, kills: Kills, shown: Collection[str] | None) -> None:
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
