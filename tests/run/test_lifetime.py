"""However a run ends, what was found is written and nothing that it started is left. The real reference shop."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from reports.results import Ended, Results, read_results
from reports.verdicts import Verdict
from tests.support.processes import PROJECT, await_end, end_all, family, start, wait_until
from tests.support.small_run import result, write_specification

WAITS = """
import threading
from pathlib import Path
from spec.checking.outcomes import Outcome
from spec.checking.examination import verifies

@verifies("FLOW-001")
def test_quick(target, examine):
    me = target.customer().do(target.verbs.whoami())
    examine.that(me.worked, Outcome.WRONG_STATUS, "x", saw=me)

@verifies("RATE-001")
def test_waits(target, examine, run):
    (run.folder / "waiting").touch()
    threading.Event().wait(120)
"""


class Run:
    """A run of the small specification against the reference shop, started below a parent of its own."""

    def __init__(self, folder: Path) -> None:
        self.specification = write_specification(folder, WAITS, ["FLOW-001", "RATE-001"])
        target = PROJECT / "spec" / "target"
        shutil.copyfile(target / "reference.toml", self.specification.profile)
        shutil.copyfile(target / "reference_v1.json", self.specification.profile.parent / "reference_v1.json")
        command = self.specification.command()
        # Stands in for nox, or whatever else starts a run and waits for it.
        parent = "import subprocess, sys; sys.exit(subprocess.call(sys.argv[1:]))"
        self.output = folder / "output.txt"
        self.parent = start([sys.executable, "-c", parent, *command], self.output)
        self.known: list[psutil.Process] = []

    @property
    def process(self) -> psutil.Process:
        """The run itself."""
        (run,) = psutil.Process(self.parent.pid).children()
        return run

    def await_check(self) -> None:
        """Wait for the check that waits; everything that runs by then is known."""
        assert wait_until(lambda: any(self.specification.runs.glob("*/waiting"))), self.output.read_text()
        self.known = family(self.parent)

    def await_supervisor(self) -> None:
        """Wait only until the target's first server runs."""
        assert wait_until(lambda: len(family(self.parent)) >= 4), self.output.read_text()
        self.known = family(self.parent)

    @property
    def folder(self) -> Path:
        """The run's folder."""
        (folder,) = self.specification.runs.iterdir()
        return folder

    @property
    def results(self) -> Results:
        """Its output."""
        return read_results(self.folder / "results.json")


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    started = Run(tmp_path)
    yield started
    end_all(started.parent, started.known)


def assert_interrupted(run: Run) -> None:
    """Written, rendered and marked."""
    assert run.results.run.ended is Ended.INTERRUPTED
    assert result(run.results, "FLOW-001").verdict is Verdict.PASS
    assert result(run.results, "RATE-001").reason_code == "interrupted"
    assert {path.name for path in run.folder.iterdir()} >= {"results.json", "index.html", "summary.md", "exit_code"}
    assert (run.folder / "exit_code").read_text().strip() == "130"


@pytest.mark.parametrize(("number", "times"), [(signal.SIGINT, 1), (signal.SIGTERM, 20)])
def test_a_run_that_is_told_to_end_also_more_than_once_writes_what_it_found_and_leaves_no_process(
    run: Run, number: signal.Signals, times: int
) -> None:
    run.await_check()
    process = run.process
    for _ in range(times):
        with suppress(psutil.NoSuchProcess):
            process.send_signal(number)
    assert await_end(run.known) == []
    assert run.parent.wait(30) == 130
    assert_interrupted(run)


def test_a_run_ends_with_everything_below_it_when_its_parent_is_killed(run: Run) -> None:
    run.await_check()
    run.parent.kill()
    assert await_end(run.known) == []
    assert_interrupted(run)


def test_a_run_that_is_killed_takes_everything_below_it_along(run: Run) -> None:
    run.await_check()
    run.process.kill()
    assert await_end(run.known) == []
    assert run.parent.wait(30) != 0


def test_a_run_that_is_interrupted_while_its_target_comes_up_leaves_no_process(run: Run) -> None:
    run.await_supervisor()
    run.process.send_signal(signal.SIGTERM)
    assert await_end(run.known) == []
    assert run.parent.wait(30) == 130
    assert run.results.run.ended is Ended.INTERRUPTED


def test_falsify_refuses_what_it_does_not_know_with_one_sentence() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "spec", "falsify", "NO-SUCH"], cwd=PROJECT, capture_output=True, text=True, check=False,
        timeout=180, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert (
        done.stderr
        == "falsify: there is no fault, null or requirement 'NO-SUCH'; faults are the files of spec/falsify/shops\n"
    )
