"""``python -m tests.targets.compare FOLDER``: examine the target of that folder, and compare with its verdicts.toml.

A verdict that differs from the committed one is drift, in whichever direction: the backend has changed, or a check sees
something else in it. So is a fail for another reason. Exit codes: 0 no drift, 1 drift, 2 wrong use, 70 no whole run.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

from pydantic import Field
from rich.console import Console
from rich.table import Table

from reports.exit_codes import ExitCode
from reports.results import Ended, RequirementResult, Results, read_results
from reports.results.files import RESULTS_NAME
from reports.strict_model import InvalidContent, StrictModel, validate
from reports.verdicts import Verdict
from spec.catalogue import load_catalogue

PROFILE: Final = "profile.toml"
VERDICTS: Final = "verdicts.toml"
TABLE_WIDTH: Final = 150
Sentence = Annotated[str, Field(min_length=10, pattern=r"\.$")]


class ExpectedVerdict(StrictModel):
    """The verdict that a requirement is known to get."""

    verdict: Verdict
    """The raw verdict, without waivers."""
    found: tuple[str, ...] = ()
    """The reasons for it: the outcome codes of the checks that failed, or the code of the reason for not testing it."""
    because: Sentence
    """The truth of the backend that makes it right."""


class VerdictsFile(StrictModel):
    """The verdicts of one target. Each requirement that has a check stands in one of the two tables."""

    expected: Mapping[str, ExpectedVerdict]
    left_out: Mapping[str, Sentence] = {}
    """Requirements that this comparison does not examine, each with the reason."""


@dataclass(frozen=True, slots=True)
class Drift:
    """A requirement whose verdict is not the committed one."""

    requirement: str
    expected: str
    observed: str
    detail: str


def read_verdicts(path: Path, checked: Iterable[str]) -> VerdictsFile:
    """Read the committed verdicts. Raises InvalidContent where they are not those of the requirements with a check."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise InvalidContent(f"{path}: {error}") from error
    verdicts = validate(VerdictsFile, content, str(path))
    both = sorted(verdicts.expected.keys() & verdicts.left_out.keys())
    if both:
        raise InvalidContent(f"{path}: {both[0]} has an expected verdict and is left out; one of the two has to go")
    known, named = set(checked), verdicts.expected.keys() | verdicts.left_out.keys()
    for requirement in sorted(known - named):
        raise InvalidContent(f"{path}: {requirement} has a check and stands neither in [expected] nor in [left_out]")
    for requirement in sorted(named - known):
        raise InvalidContent(f"{path}: {requirement} is no requirement that has a check")
    return verdicts


def find_drift(expected: Mapping[str, ExpectedVerdict], results: Iterable[RequirementResult]) -> Iterator[Drift]:
    """Find every requirement whose verdict, or what led to it, is not the expected one."""
    seen = {result.id: result for result in results}
    for requirement, wanted in expected.items():
        result = seen[requirement]
        found = what_led_to(result)
        if (result.verdict, found) != (wanted.verdict, tuple(sorted(wanted.found))):
            yield Drift(requirement, _show(wanted.verdict, wanted.found), _show(result.verdict, found), _tell(result))


def what_led_to(result: RequirementResult) -> tuple[str, ...]:
    """Name the codes behind a verdict, each once and in order."""
    if result.verdict is Verdict.FAIL:
        failed = (check for check in result.checks if check.verdict is Verdict.FAIL)
        return tuple(sorted({check.outcome_code or "" for check in failed}))
    return (result.reason_code,) if result.verdict is Verdict.NOT_TESTED and result.reason_code else ()


def _show(verdict: Verdict, found: Sequence[str]) -> str:
    return f"{verdict}: {', '.join(sorted(found))}" if found else str(verdict)


def _tell(result: RequirementResult) -> str:
    worst = result.worst_check
    if worst is None or worst.verdict is not Verdict.FAIL:
        return result.reason
    return f"{worst.node}: expected {worst.expected}, observed {worst.observed}"


def examine(profile: Path, requirements: Iterable[str], runs: Path) -> Results:
    """Examine the target in a quick run of its own, and read its results. Raises InvalidContent without any."""
    options = ["--quick", "--lanes", "1", "--target", str(profile), "--runs", str(runs)]
    command = [sys.executable, "-m", "spec", "run", *options]
    subprocess.run([*command, "--requirements", *requirements], check=False)
    written = [path for path in runs.glob(f"*/{RESULTS_NAME}") if not path.parent.is_symlink()]
    if len(written) != 1:
        raise InvalidContent(f"the run wrote {len(written)} results into {runs}")
    return read_results(written[0])


def show(drifts: Sequence[Drift], count: int, console: Console) -> None:
    """Print what was compared, and each drift in a row of a table."""
    if not drifts:
        console.print(f"No drift: all {count} verdicts are those of {VERDICTS}.")
        return
    table = Table("requirement", "committed", "now", "what the run says", title=f"{len(drifts)} of {count} drifted")
    for drift in drifts:
        table.add_row(drift.requirement, drift.expected, drift.observed, drift.detail)
    console.print(table)
    console.print(f"Look at each: where the new verdict is right, put it into {VERDICTS} with the reason; else mend.")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, compare, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.targets.compare", description=(__doc__ or "").split("\n")[2])
    parser.add_argument("folder", type=Path, help=f"with {PROFILE} and {VERDICTS}")
    parser.add_argument("--runs", type=Path, help="keep the run below this folder, also where nothing drifted")
    parser.add_argument("--requirements", nargs="+", default=[], metavar="ID", help="only these")
    given = parser.parse_args(arguments)
    console = Console(width=None if sys.stdout.isatty() else TABLE_WIDTH)
    checked = {requirement.id for requirement in load_catalogue().requirements if not requirement.unchecked}
    try:
        expected = read_verdicts(given.folder / VERDICTS, checked).expected
    except InvalidContent as error:
        parser.error(str(error))
    unknown = sorted(set(given.requirements) - expected.keys())
    if unknown:
        parser.error(f"{unknown[0]} has no expected verdict in {given.folder / VERDICTS}")
    chosen = {name: expected[name] for name in given.requirements or expected}
    runs = Path(tempfile.mkdtemp(prefix="shopspec-compare-", dir=given.runs))
    try:
        results = examine(given.folder / PROFILE, chosen, runs)
    except InvalidContent as error:
        console.print(f"Nothing to compare: {error}.")
        return ExitCode.HARNESS_ERROR
    if results.run.ended is not Ended.COMPLETE:
        console.print(f"The run is not whole: {results.run.ended}. It is kept in {runs}.")
        return ExitCode.HARNESS_ERROR
    drifts = list(find_drift(chosen, results.requirements))
    show(drifts, len(chosen), console)
    if drifts:
        console.print(f"The run with its evidence is kept in {runs}.")
        return ExitCode.FAILED
    if given.runs is None:
        shutil.rmtree(runs)
    return ExitCode.MET


if __name__ == "__main__":
    sys.exit(main())
