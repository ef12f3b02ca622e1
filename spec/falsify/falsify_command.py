"""The command line of falsify: choose experiments, carry them out, keep what was seen, and say what went wrong."""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.markup import escape

from reports.exit_codes import ExitCode
from reports.sentences import count_noun
from reports.verdicts import Verdict
from spec.catalogue import Catalogue, CatalogueError, load_catalogue
from spec.falsify import FalsifyError
from spec.falsify.digests import Digests
from spec.falsify.experiment_choice import (
    choose_experiments,
    list_experiments,
    narrow,
    part_by_load,
    share,
    stalest_first,
    without_faults,
)
from spec.falsify.experiment_run import ExperimentFailed
from spec.falsify.experiments import Experiment, ExperimentVerdict, Finding
from spec.falsify.falsify_output import (
    describe_time,
    describe_work,
    list_shortfalls,
    print_finding,
    print_matrix,
    time_left,
)
from spec.falsify.fault_modules import FaultModule, find_faults
from spec.falsify.kill_files import KILLS, KillEntry, Kills, ensure_writable, read_kills, write_kills
from spec.falsify.laboratory import Laboratory, divide
from spec.falsify.nulls.null_target import make_shop_document
from spec.falsify.points import points_command
from spec.run.interruption import interrupt_on_signals, interrupt_when_orphaned
from spec.target.observations import ObservationKind

NAMED: Final = 8
"""Experiments that are left, named at the end."""
UNITS: Final = {"s": 1, "m": 60, "h": 3600}


def main(arguments: Sequence[str]) -> int:
    """Run what is asked for, and return 0 when everything that was tried was noticed."""
    if "--points" in arguments:
        return points_command.main(arguments)
    given = _parser().parse_args(arguments)
    interrupt_on_signals()
    interrupt_when_orphaned()
    try:
        catalogue, faults, kills = load_catalogue(), find_faults(), read_kills(given.kills)
        _refuse_unknown(given.ids, catalogue, list_experiments(catalogue, faults, lambda _: None))
        document = {} if given.no_nulls else make_shop_document()
        digests = Digests(catalogue, document=json.dumps(document, sort_keys=True))
        falsification = Falsification(given, catalogue, faults, digests, kills)
        chosen = falsification.choose()
        if chosen:
            ensure_writable(given.kills)
        laboratory = Laboratory(seed=given.seed, document=document, loading=digests.loading)
    except (CatalogueError, FalsifyError) as error:
        print(f"falsify: {error}", file=sys.stderr)  # noqa: T201 - the command line's own voice
        return ExitCode.WRONG_USE
    except KeyboardInterrupt:
        # Before there was anything to keep.
        return ExitCode.INTERRUPTED
    try:
        falsification.carry_out(chosen, laboratory)
    except KeyboardInterrupt:
        falsification.console.print("interrupted; what was seen so far is kept")
        return ExitCode.INTERRUPTED
    finally:
        laboratory.close()
    return falsification.conclude()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m spec falsify",
        description="Show that each check can fail: by shops that are wrong on purpose, and by servers that are none.",
    )
    parser.add_argument("ids", nargs="*", metavar="ID", help="faults, nulls or requirements (default: what changed)")
    parser.add_argument("--points", action="store_true", help="point faults instead; --points --help tells its options")
    parser.add_argument("--all", action="store_true", help="everything, also what still holds from before")
    parser.add_argument("--no-nulls", action="store_true", help="faults only")
    parser.add_argument("--shard", type=_shard, default=(1, 1), metavar="I/N", help="the I-th of N equal parts")
    parser.add_argument(
        "--limit", type=_limit, default=math.inf, metavar="TIME", help="begin nothing after so long: 10m, 90s, 2h"
    )
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="experiments side by side")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="seed of every run (default 1)")
    parser.add_argument("--kills", type=Path, default=KILLS, metavar="DIR", help="folder in which what is seen is kept")
    return parser


def _shard(text: str) -> tuple[int, int]:
    number, _, total = text.partition("/")
    if not (number.isdecimal() and total.isdecimal() and 1 <= int(number) <= int(total)):
        raise argparse.ArgumentTypeError(f"{text!r} has to be a part of a whole, like 1/4")
    return int(number), int(total)


def _limit(text: str) -> float:
    number, unit = text[:-1], text[-1:]
    if unit not in UNITS or not number.isdecimal() or int(number) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} has to be a time, like 10m, 90s or 2h")
    return float(int(number) * UNITS[unit])


def _refuse_unknown(ids: Sequence[str], catalogue: Catalogue, experiments: Sequence[Experiment]) -> None:
    known = {one.id for one in experiments} | {one.id for one in catalogue.requirements}
    for wanted in ids:
        if wanted not in known:
            raise FalsifyError(
                f"there is no fault, null or requirement {wanted!r}; faults are the files of spec/falsify/shops"
            )


@dataclass
class Falsification:
    """One call of falsify: what it tries, the books that it keeps, and what went wrong."""

    given: argparse.Namespace
    catalogue: Catalogue
    faults: Sequence[FaultModule]
    digests: Digests
    kills: Kills
    console: Console = field(default_factory=lambda: Console(highlight=False, soft_wrap=True))
    failures: list[str] = field(default_factory=list)
    tried: list[Experiment] = field(default_factory=list)
    held: int = 0
    done: set[str] = field(default_factory=set)
    """The experiments of which there is a finding."""
    left: list[Experiment] = field(default_factory=list)
    """Experiments for which the time was up; the next call begins with them."""

    def choose(self) -> list[Experiment]:
        """Forget what is no longer owed, and choose this machine's part of what has to be tried."""
        owed = self._owed()
        self._forget_others(owed)
        offered = [one for one in owed if not self.given.no_nulls or isinstance(one.wrong, FaultModule)]
        self.held = len(offered) - len(choose_experiments(offered, self.kills, self.digests, everything=False))
        chosen = choose_experiments(offered, self.kills, self.digests, everything=self.given.all, wanted=self.given.ids)
        return stalest_first(share(chosen, *self.given.shard), self.kills)

    def carry_out(self, chosen: Sequence[Experiment], laboratory: Laboratory) -> None:
        """Carry out what does not measure, then what does; keep each finding as it comes.

        So a limit is not spent on loads of the untouched shop whose experiments it does not reach.
        """
        if not chosen:
            return
        self.console.print(describe_work(chosen))
        end = time.monotonic() + self.given.limit
        for part in part_by_load(chosen, self.digests.loading):
            if part and time.monotonic() < end:
                self._carry_out_part(part, laboratory, end)
            else:
                self.left += part

    def _carry_out_part(self, chosen: Sequence[Experiment], laboratory: Laboratory, end: float) -> None:
        """Examine the untouched shop, then carry out what it shows to be owed."""
        # Taken now, not after the experiments: what is edited meanwhile is not what they were begun with.
        begun = {
            (one.id, requirement): self.digests.rests_on(one.wrong, requirement)
            for one in chosen
            for requirement in one.requirements
        }
        concerned = sorted({one for experiment in chosen for one in experiment.requirements})
        checks = {requirement: self.digests.check(requirement) for requirement in concerned}
        load = " under load" if self.digests.loading.issuperset(concerned) else ""
        self.console.print(f"the untouched shop against {count_noun(len(concerned), 'requirement')}{load} …")
        try:
            untouched = laboratory.baseline(concerned)
        except ExperimentFailed as error:
            self.failures.append(f"the untouched shop could not be examined: {error}")
            return
        green = self._learn(untouched, checks)
        # What is red without anything wrong would show nothing, and of what examined nothing no kind can be nulled.
        tried = narrow(chosen, self._owed(unknown=frozenset()), green)
        self.tried += tried
        together, alone = divide(tried, self.digests.loading)
        parts, started = len(together) + len(alone), time.monotonic()
        self.console.print(describe_time(together, alone, untouched, self.given.jobs))
        left = {(one.id, one.requirements) for one in (*together, *alone)}
        for count, finding in enumerate(laboratory.run(tried, self.given.jobs, end - started), start=1):
            left.discard((finding.experiment.id, finding.experiment.requirements))
            self.done.add(finding.experiment.id)
            self.failures += list_shortfalls(finding)
            self._keep(finding, begun)
            rest = time_left(time.monotonic() - started, count, parts)
            print_finding(self.console, f"[{count:>3}/{parts}{rest}]", finding)
        self.left += [one for one in (*together, *alone) if (one.id, one.requirements) in left]

    def conclude(self) -> ExitCode:
        """Print the kill matrix and everything that went wrong, and return the exit code."""
        self.failures += [
            f"{one} has a check and no fault: it was never seen to fail"
            for one in without_faults(self.catalogue, self.faults)
        ]
        shown = {one for experiment in self.tried for one in experiment.requirements} if self.given.ids else None
        print_matrix(self.console, self.catalogue, self.kills, shown)
        for failure in self.failures:
            self.console.print(f"[red]✗[/red] {escape(failure)}", markup=True)
        wrong = "1 thing" if len(self.failures) == 1 else f"{len(self.failures)} things"
        verdict = f"{wrong} went wrong" if self.failures else "everything wrong was noticed"
        run = count_noun(len(self.done), "experiment")
        self.console.print(f"{run} run, {self.held} held before; {verdict}")
        if self.left:
            left = list(dict.fromkeys(one.id for one in self.left))
            named = ", ".join(left[:NAMED]) + (", …" if len(left) > NAMED else "")
            self.console.print(f"the time is up: {count_noun(len(left), 'experiment')} left for the next time: {named}")
        return ExitCode.FAILED if self.failures else ExitCode.MET

    def _owed(self, unknown: frozenset[ObservationKind] | None = None) -> list[Experiment]:
        def kinds_of(requirement: str) -> frozenset[ObservationKind] | None:
            kinds = self.kills.kinds(requirement, self.digests.check(requirement))
            return unknown if kinds is None else kinds

        return list_experiments(self.catalogue, self.faults, kinds_of)

    def _forget_others(self, owed: Sequence[Experiment]) -> None:
        pairs = {(one.id, requirement) for one in owed for requirement in one.requirements}
        self.kills = self.kills.only(pairs, {one.id for one in self.catalogue.requirements if not one.unchecked})

    def _learn(self, untouched: Mapping[str, ExperimentVerdict], checks: Mapping[str, str]) -> frozenset[str]:
        """Keep the kinds of observation that each green requirement examines; return the green ones."""
        for requirement, seen in untouched.items():
            kinds = seen.kinds
            if requirement in self.digests.loading:
                # A load is a process of its own: it marks its exchanges, and the run's own recorder sees none of them.
                kinds |= {ObservationKind.EXCHANGE}
            if not seen.in_scope:
                self.console.print(f"  {escape(requirement)} cannot be examined here: {escape(seen.reason)}")
            elif seen.verdict is not Verdict.PASS:
                self.failures.append(f"{requirement} is {seen.verdict} on the untouched shop: {seen.reason}")
            elif kinds:
                self.kills = self.kills.with_kinds(requirement, checks[requirement], kinds)
            else:
                self.failures.append(f"{requirement} passes without an observation that could be nulled")
        green = frozenset(one for one, seen in untouched.items() if seen.verdict is Verdict.PASS)
        self.console.print(f"  {len(green)} of {len(untouched)} pass")
        self._forget_others(self._owed())
        write_kills(self.kills, self.given.kills)
        return green

    def _keep(self, finding: Finding, begun: Mapping[tuple[str, str], str]) -> None:
        experiment, today = finding.experiment, datetime.now(UTC).date()
        for requirement in experiment.requirements:
            seen = finding.verdicts.get(requirement)
            if seen is not None:
                entry = KillEntry(
                    killed=finding.killed(requirement),
                    verdict=seen.verdict,
                    outcome=finding.outcome(requirement),
                    last_seen=today,
                    rests_on=begun[experiment.id, requirement],
                )
                self.kills = self.kills.with_entry(requirement, experiment.id, entry)
        write_kills(self.kills, self.given.kills)
