"""`python -m tests.targets.disguise.compare`: hold the verdicts in disguise against those of the shop itself."""

from __future__ import annotations

import argparse
import os
import secrets
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.markup import escape

from reports.exit_codes import ExitCode
from reports.strict_model import InvalidContent
from spec.catalogue import CatalogueError, load_catalogue
from spec.falsify import FalsifyError
from spec.falsify.digests import Digests
from spec.falsify.experiment_run import BreakableShop, ExperimentFailed
from spec.falsify.experiments import Experiment, ExperimentVerdict, Finding
from spec.falsify.falsify_output import print_finding, time_left
from spec.falsify.fault_modules import find_faults
from spec.falsify.laboratory import Laboratory
from spec.run.interruption import interrupt_on_signals, interrupt_when_orphaned
from tests.targets.disguise.comparison import (
    TRIES,
    Expected,
    compare_fault,
    compare_verdicts,
    compared_requirements,
    draw,
    list_faults,
    missed_races,
    read_expected,
)

DRAWN: Final = 12
TENANT_VARIABLE: Final = "DISGUISE_TENANT_KEY"
DISGUISE: Final = BreakableShop(
    Path(__file__).with_name("profile.toml"), ("{python}", "-m", "tests.targets.disguise")
)  # fmt: skip


def main(arguments: Sequence[str]) -> int:
    """Compare what is asked for; return 0 when every verdict is as it has to be."""
    given = _parser().parse_args(arguments)
    interrupt_on_signals()
    interrupt_when_orphaned()
    os.environ.setdefault(TENANT_VARIABLE, secrets.token_urlsafe())
    console = Console(highlight=False, soft_wrap=True)
    try:
        catalogue = load_catalogue()
        loading = Digests(catalogue).loading
        requirements = compared_requirements(catalogue, () if given.all or given.ids else loading)
        faults = list_faults(find_faults(), requirements)
        expected = read_expected(list_faults(find_faults(), compared_requirements(catalogue, ())))
        chosen = _choose(faults, given)
    except (CatalogueError, FalsifyError, InvalidContent) as error:
        sys.stderr.write(f"disguise: {error}\n")
        return ExitCode.WRONG_USE
    console.print(f"seed {given.seed}: {len(chosen)} of {len(faults)} faults; `--seed {given.seed}` repeats them")
    untouched = sorted(set(requirements) - loading)
    try:
        with _laboratories(given.seed, loading) as (shop, disguise):
            wrong = [] if given.ids else list(_compare_untouched(console, shop, disguise, untouched, expected))
            # Each fault has to show as it is known to; under one of them, or under all, every verdict is compared.
            widely = chosen if given.wide else chosen[:1] if not given.ids else []
            wide = [replace(one, requirements=tuple(untouched)) for one in widely]
            wrong += _compare_widely(console, (shop, disguise), wide, given.jobs, expected)
            if not given.wide:
                wrong += _compare_faults(console, disguise, chosen, given.jobs, expected)
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    for sentence in wrong:
        console.print(f"[red]✗[/red] {escape(sentence)}", markup=True)
    console.print(f"{len(wrong)} of the verdicts differ" if wrong else "every verdict is that of the shop itself")
    return ExitCode.FAILED if wrong else ExitCode.MET


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.targets.disguise.compare", description=__doc__)
    parser.add_argument("ids", nargs="*", metavar="FAULT", help="faults (default: drawn ones, and the untouched shop)")
    parser.add_argument("--all", action="store_true", help="every fault, also those that show under load")
    parser.add_argument("--wide", action="store_true", help="hold every verdict under each fault against the shop's")
    parser.add_argument("--count", type=int, default=DRAWN, metavar="N", help=f"faults to draw (default {DRAWN})")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6), metavar="N", help="repeats a draw")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="experiments side by side")
    return parser


def _choose(faults: Sequence[Experiment], given: argparse.Namespace) -> list[Experiment]:
    if not given.ids:
        return list(faults) if given.all else draw(faults, given.count, given.seed)
    known = {one.id: one for one in faults}
    for wanted in given.ids:
        if wanted not in known:
            raise FalsifyError(f"{wanted!r} is no fault that is compared; they are {', '.join(known)}")
    return [known[wanted] for wanted in given.ids]


@contextmanager
def _laboratories(seed: int, loading: frozenset[str]) -> Iterator[tuple[Laboratory, Laboratory]]:
    with ExitStack() as stack:
        shop, disguise = (
            stack.enter_context(closing(Laboratory(seed=seed, document={}, loading=loading, shop=one)))
            for one in (BreakableShop(), DISGUISE)
        )
        yield shop, disguise


def _compare_untouched(
    console: Console, shop: Laboratory, disguise: Laboratory, requirements: Sequence[str], expected: Expected
) -> Iterator[str]:
    console.print(f"the untouched shop and its disguise against {len(requirements)} requirements …")

    def examine(laboratory: Laboratory) -> Mapping[str, ExperimentVerdict]:
        return laboratory.baseline(requirements)

    with ThreadPoolExecutor(max_workers=2) as pool:
        try:
            there, here = pool.map(examine, (shop, disguise))
        except ExperimentFailed as error:
            yield f"untouched: {error}"
            return
    equal = sum(there[one].verdict is here[one].verdict for one in there.keys() & here.keys())
    console.print(f"  {equal} of {len(requirements)} verdicts are equal")
    yield from compare_verdicts(there, here, expected)


def _compare_faults(
    console: Console, disguise: Laboratory, chosen: Sequence[Experiment], jobs: int, expected: Expected
) -> list[str]:
    settled: list[Finding] = []
    left = list(chosen)
    for attempt in range(1, TRIES + 1):
        started, again, tried = time.monotonic(), f", try {attempt}" if attempt > 1 else "", []
        for count, finding in enumerate(disguise.run(left, jobs), start=1):
            tried.append(finding)
            rest = time_left(time.monotonic() - started, count, len(left))
            print_finding(console, f"[{count:>3}/{len(left)}{rest}{again}]", finding)
        left = missed_races(tried, expected) if attempt < TRIES else []
        missed = {one.id for one in left}
        settled += [one for one in tried if one.experiment.id not in missed]
        if not left:
            break
    return [sentence for finding in settled for sentence in compare_fault(finding, expected)]


def _compare_widely(
    console: Console,
    laboratories: tuple[Laboratory, Laboratory],
    chosen: Sequence[Experiment],
    jobs: int,
    expected: Expected,
) -> list[str]:
    """Examine everything that is compared under each fault, with and without the disguise; races up to three times."""

    def differences(experiment: Experiment) -> list[str]:
        for _ in range(TRIES if experiment.id in expected.race_faults else 1):
            there, here = (laboratory.carry_out(experiment) for laboratory in laboratories)
            broken = [f"{experiment.id}: {one.failure}" for one in (there, here) if one.failure]
            found = broken or list(compare_verdicts(there.verdicts, here.verdicts, expected, experiment.id))
            if not found:
                break
        return found

    wrong: list[str] = []
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        for count, (experiment, found) in enumerate(zip(chosen, pool.map(differences, chosen), strict=True), start=1):
            sign = "[red]✗[/red]" if found else "[green]✓[/green]"
            said = escape(f"{experiment.id}: {len(found)} of {len(experiment.requirements)} verdicts differ")
            console.print(f"{escape(f'[{count:>3}/{len(chosen)}]')} {sign} {said}", markup=True)
            for sentence in found:
                console.print(f"        {sentence}")
            wrong += found
    return wrong


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
