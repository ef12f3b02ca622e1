"""`python -m spec run`: examine a target and judge it. Exit codes are those of the gate (docs/verdicts.md)."""

from __future__ import annotations

import argparse
import os
import secrets
import shlex
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import pytest

from reports.exit_codes import ExitCode, code_of_end
from reports.results import Results, ResultsError, read_results
from spec.catalogue import Catalogue, CatalogueError, load_catalogue
from spec.falsify import FalsifyError
from spec.falsify.fault_modules import find_faults
from spec.falsify.kill_files import read_kills
from spec.run import plugin
from spec.run.interruption import ignore_signals, interrupt_on_signals, interrupt_when_orphaned
from spec.run.lanes import FirstLane, SecondLane
from spec.run.plugin import RunPlugin
from spec.run.run_folder import PROJECT, RESULTS, RUNS, make_run_folder, new_run_id, point_latest
from spec.run.run_state import RunState
from spec.run.scope import Selection, select, select_not_passed
from spec.target.profile.profile_model import Profile, ProfileError
from spec.target.profile.profile_reading import read_profile

REFERENCE: Final = PROJECT / "spec" / "target" / "reference.toml"
CHECKS: Final = ("spec/checks", "load/objectives")
PYTEST_OPTIONS: Final = (
    # Nothing of Django or locust belongs into a process that sees the target as a stranger.
    "-p", "no:django", "-p", "no:locust", "-p", "no:cacheprovider", "-p", "no:benchmark",
    # The plugin tells a run in its own words, as it goes on.
    "-qq", "-s", "--no-header", "--no-summary", "--tb=no",
)  # fmt: skip


def main(arguments: Sequence[str]) -> int:
    """Run, and return the exit code of the verdict."""
    words = list(arguments)
    # Only what stands after a -- of its own is for pytest: a misspelt option of ours must not begin a run.
    place = words.index("--") if "--" in words else len(words)
    given, for_pytest = _parser().parse_args(words[:place]), words[place + 1 :]
    given.arguments, given.words = words, shlex.join(words)
    try:
        catalogue = load_catalogue()
        # What falsify saw goes into every result: that it cannot be read is to be known before a run, not after it.
        if not given.no_kills:
            find_faults()
            read_kills()
        profile = read_profile(given.target, catalogue)
        if given.lanes == 2 and profile.start is None:
            raise ProfileError(
                "--lanes 2 needs a target that the run starts itself, since two at one address would share its limits; "
                f"{given.target} names an address, so leave the option out"
            )
        if not given.failed:
            selection = select(catalogue, area=given.area, chapters=given.chapters, requirements=given.requirements)
        else:
            last = _last_results(given, profile)
            selection = select_not_passed(catalogue, last)
            if selection.requirements == frozenset():
                return _answer_again(last)
        return _run(given, for_pytest, catalogue, profile, selection)
    except (CatalogueError, ProfileError, FalsifyError, ResultsError) as error:
        print(f"shopspec: {error}", file=sys.stderr)  # noqa: T201 - the command line's own voice
        return ExitCode.WRONG_USE
    except KeyboardInterrupt:
        # Before there was anything to keep.
        return ExitCode.INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m spec run",
        description="Examine a shop backend against the specification. Arguments after a -- go to pytest.",
        epilog=f"Exit codes: {'; '.join(f'{code.value} {code.meaning}' for code in ExitCode)}",
        allow_abbrev=False,
    )
    parser.add_argument(
        "--target", type=Path, default=REFERENCE, metavar="FILE", help="profile (default: the reference)"
    )
    parser.add_argument("--area", metavar="NAME", help="only what is examined together, e.g. security")
    parser.add_argument("--chapters", nargs="+", default=[], metavar="ID", help="only these chapters, e.g. RATE TOK")
    parser.add_argument(
        "--requirements", nargs="+", default=[], metavar="ID", help="only these, e.g. RATE-004 SHOP-001"
    )
    parser.add_argument("--failed", action="store_true", help="what the last run did not pass, once more")
    parser.add_argument("--quick", action="store_true", help="fewer examples and repetitions, never fewer than needed")
    parser.add_argument("--seed", type=_seed, default=None, metavar="N", help="repeat the choices of an earlier run")
    parser.add_argument("--runs", type=Path, default=RUNS, metavar="DIR", help="folder of run folders")
    parser.add_argument("--no-report", action="store_true", help="write results.json and judge nothing")
    parser.add_argument("--no-kills", action="store_true", help="leave out what falsify saw: for its own runs")
    parser.add_argument(
        "--lanes",
        type=int,
        choices=(1, 2),
        help="targets examined side by side (default: 2 where the run starts them on two processors or more)",
    )
    parser.add_argument("--second-lane", nargs=3, metavar=("FD", "CLAIMS", "FOLDER"), help=argparse.SUPPRESS)
    parser.add_argument(
        "--until-broken", action="store_true", help="end the tour once all that it judges is broken: for falsify's runs"
    )
    parser.add_argument("--no-proof", action="store_true", help="judge each check even where no shop was proven to be")
    return parser


def _seed(text: str) -> int:
    if not text.isdecimal() or int(text) >= 2**32:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 0 to {2**32 - 1}")
    return int(text)


def _last_results(given: argparse.Namespace, profile: Profile) -> Results:
    """Read the run before this one, for --failed. Raises CatalogueError where it is not there or of another target."""
    if given.area or given.chapters or given.requirements:
        raise CatalogueError("--failed chooses by itself; leave --area, --chapters and --requirements out")
    latest = given.runs.resolve().parent / "latest" / RESULTS
    if not latest.is_file():
        raise CatalogueError(f"--failed needs an earlier run, and there is no {latest}; begin with a run without it")
    last = read_results(latest)
    if last.target.name != profile.name:
        raise CatalogueError(
            f"--failed: the last run was on {last.target.name!r}, and {given.target} describes {profile.name!r}; "
            "name that run's profile with --target"
        )
    return last


def _answer_again(last: Results) -> int:
    """Answer for an earlier run that left nothing to run again: met only where it examined something to its end."""
    code = code_of_end(last.run.ended)
    if code is ExitCode.MET and not any(one.in_scope for one in last.requirements):
        code = ExitCode.UNDECIDED
    _say(f"there is nothing to run again: run {last.run.id} left nothing in its scope that did not pass")
    return code


def _run(
    given: argparse.Namespace,
    for_pytest: list[str],
    catalogue: Catalogue,
    profile: Profile,
    selection: Selection,
) -> int:
    interrupt_on_signals()
    interrupt_when_orphaned()
    if given.second_lane:
        folder, elsewhere = Path(given.second_lane[2]), None
    else:
        folder, elsewhere = make_run_folder(new_run_id(), given.runs.resolve())
    run_id = folder.name
    if elsewhere:
        _say(elsewhere)
    # Seeds fit in 32 bits, so that every generator that is handed one accepts it.
    seed = secrets.randbits(32) if given.seed is None else given.seed
    run = RunState(
        catalogue=catalogue,
        profile=profile,
        selection=selection,
        run_id=run_id,
        folder=folder,
        seed=seed,
        quick=given.quick,
        command=f"python -m spec run {given.words}",
        progress=_say,
        prove_first=not given.no_proof,
        tell_kills=not given.no_kills,
        until_broken=given.until_broken,
    )
    lane = _lane(given, run)
    if not given.second_lane:
        _say(f"run {run_id}: {selection.sentence} on {profile.name}, seed {seed}")
    try:
        code = pytest.main(
            [
                *(str(PROJECT / folder) for folder in CHECKS),
                f"--rootdir={PROJECT}", f"--confcutdir={PROJECT}", f"--hypothesis-seed={seed}",
                *PYTEST_OPTIONS, *for_pytest,
            ],
            plugins=[plugin, lane],
        )  # fmt: skip
    except KeyboardInterrupt:
        code = pytest.ExitCode.INTERRUPTED
    finally:
        run.close()
    # From here on only what was found is written down; nobody may cut that short.
    ignore_signals()
    if given.second_lane:
        # The first lane has been told everything.
        return code
    if code == pytest.ExitCode.USAGE_ERROR:
        return ExitCode.WRONG_USE
    if code == pytest.ExitCode.OK and {"--collect-only", "--co"} & set(for_pytest):
        return 0
    if not (folder / RESULTS).is_file():
        _say(f"the run ended without results (pytest exit code {int(code)})")
        return ExitCode.HARNESS_ERROR
    if given.no_report:
        return code_of_end(run.ended)
    point_latest(folder)
    return _report(folder, _reports)


def _lane(given: argparse.Namespace, run: RunState) -> RunPlugin:
    """Choose how the run goes about its checks."""
    if given.second_lane:
        descriptor, claims, _ = given.second_lane
        return SecondLane(run, int(descriptor), Path(claims))
    start = run.profile.start
    # A target that is started twice in a run, with its limits and without, can be started four times.
    can_have_two = start is not None and bool(start.roomy) and len(os.sched_getaffinity(0)) > 1
    lanes = given.lanes or (2 if can_have_two and not given.until_broken else 1)
    return FirstLane(run, given.arguments) if lanes > 1 else RunPlugin(run)


def _report(folder: Path, reports: Callable[[str, Path], int]) -> int:
    rendered = reports("render", folder)
    verdict = reports("gate", folder)
    return verdict if rendered == 0 or verdict != 0 else rendered


def _reports(command: str, folder: Path) -> int:
    # A process of its own: running and reporting share nothing but the results file.
    return subprocess.run([sys.executable, "-m", "reports", command, str(folder)], cwd=PROJECT, check=False).returncode


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201 - progress belongs on stderr
