"""The command line of falsify: what to try, progress, the kill matrix, the exit code."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from reports.exit_codes import ExitCode
from reports.verdicts import Verdict
from spec.catalogue import Catalogue, CatalogueError, load_catalogue
from spec.falsify.digests import Digests
from spec.falsify.experiment_run import ExperimentFailed
from spec.falsify.experiments import (
    Experiment,
    Stamp,
    all_experiments,
    choose,
    forget_removed,
    stamp,
    without_faults,
)
from spec.falsify.falsify_output import list_shortfalls, print_finding, print_matrix
from spec.falsify.fault_files import FaultFileError
from spec.falsify.finding import Finding
from spec.falsify.kills import KILLS, Kill, Kills, read_kills, write_kills
from spec.falsify.laboratory import Laboratory, divide
from spec.falsify.shop_document import shop_document
from spec.run.interruption import interrupt_on_signals, interrupt_when_orphaned


def main(arguments: Sequence[str]) -> int:
    """Run what is asked for; 0 when everything that was tried was noticed."""
    given = _parser().parse_args(arguments)
    console = Console(highlight=False, soft_wrap=True)
    try:
        catalogue = load_catalogue()
        experiments = all_experiments(catalogue, nulls=not given.no_nulls)
        _refuse_unknown(given.ids, catalogue, experiments)
        kills = forget_removed(read_kills(given.kills), all_experiments(catalogue))
    except (CatalogueError, FaultFileError) as error:
        print(f"falsify: {error}", file=sys.stderr)  # noqa: T201 - the command line's own voice
        return ExitCode.WRONG_USE
    interrupt_on_signals()
    interrupt_when_orphaned()
    digests = Digests(catalogue)
    chosen = choose(experiments, kills, digests, everything=given.all, wanted=given.ids)
    hold = len(experiments) - len(choose(experiments, kills, digests, everything=False))
    try:
        failures = _carry_out(given, console, chosen, kills, digests) if chosen else []
    except KeyboardInterrupt:
        console.print("interrupted; what was seen so far is kept")
        return ExitCode.INTERRUPTED
    failures += [
        f"{one} has a check and no fault: nobody has seen it fail" for one in without_faults(catalogue, experiments)
    ]
    shown = {one for experiment in chosen for one in experiment.requirements} if given.ids else None
    print_matrix(console, catalogue, read_kills(given.kills), shown)
    for failure in failures:
        console.print(f"[red]✗[/red] {escape(failure)}", markup=True)
    wrong = "1 thing" if len(failures) == 1 else f"{len(failures)} things"
    verdict = f"{wrong} went wrong" if failures else "everything wrong was noticed"
    console.print(f"{len(chosen)} of {len(experiments)} experiments run, {hold} held before; {verdict}")
    return ExitCode.FAILED if failures else ExitCode.MET


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m spec falsify",
        description="Show that each check can fail: by shops that are wrong on purpose, and by servers that are none.",
    )
    parser.add_argument("ids", nargs="*", metavar="ID", help="faults or requirements (default: what changed)")
    parser.add_argument("--all", action="store_true", help="everything, also what still holds from before")
    parser.add_argument("--no-nulls", action="store_true", help="faults only")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="experiments side by side")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="seed of every run (default 1)")
    parser.add_argument("--kills", type=Path, default=KILLS, metavar="FILE", help="where what is seen is kept")
    return parser


def _refuse_unknown(ids: Sequence[str], catalogue: Catalogue, experiments: Sequence[Experiment]) -> None:
    known = {one.id for one in experiments} | {one.id for one in catalogue.requirements}
    for wanted in ids:
        if wanted not in known:
            raise CatalogueError(
                f"there is no fault or requirement {wanted!r}; faults are the files of spec/falsify/shops"
            )


def _carry_out(
    given: argparse.Namespace, console: Console, chosen: Sequence[Experiment], kills: Kills, digests: Digests
) -> list[str]:
    laboratory = Laboratory(seed=given.seed, document=shop_document(), loading=digests.loading)
    # Taken now, not after the experiments: what is edited meanwhile is not what they were begun with.
    stamps = {
        (one.id, requirement): stamp(one, requirement, digests) for one in chosen for requirement in one.requirements
    }
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
        parts = sum(map(len, divide(chosen, digests.loading)))
        started = time.monotonic()
        for count, finding in enumerate(laboratory.run(chosen, given.jobs), start=1):
            failures += list_shortfalls(finding)
            kills = _remember(kills, finding, stamps, green)
            write_kills(kills, given.kills)
            print_finding(console, f"[{count:>3}/{parts}{_rest(started, count, parts)}]", finding)
    finally:
        laboratory.close()
    return failures


def _rest(started: float, done: int, total: int) -> str:
    """About how long the rest takes, if it goes on like this; what measures under load comes last and is slower."""
    seconds = (time.monotonic() - started) / done * (total - done)
    return f", about {seconds / 60:.0f} min left" if seconds >= 60 else ""


def _remember(kills: Kills, finding: Finding, stamps: Mapping[tuple[str, str], Stamp], green: Collection[str]) -> Kills:
    """Keep what was seen. What is red on the untouched shop too was not turned red by the fault."""
    experiment, today = finding.experiment, datetime.now(UTC).date().isoformat()
    for requirement in experiment.requirements:
        seen = finding.verdicts.get(requirement)
        if seen is not None:
            stamp = stamps[experiment.id, requirement]
            kills = kills.with_entry(
                Kill(
                    fault=experiment.id,
                    requirement=requirement,
                    killed=requirement in green and finding.killed(requirement),
                    verdict=str(seen.verdict),
                    outcome=finding.outcome(requirement),
                    last_seen=today,
                    check_sha256=stamp.check,
                    fault_sha256=stamp.fault,
                    shop_sha256=stamp.shop,
                )
            )
    return kills
