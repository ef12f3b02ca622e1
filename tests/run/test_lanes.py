"""A run in two lanes, from end to end on the real reference shop, and what one lane tells the other."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from reports.results import CheckResult, Ended
from reports.verdicts import Verdict
from spec.run.lanes import LEAST_CHECKS, Claims
from tests.support.processes import PROJECT, await_end, end_all, family, start, wait_until
from tests.support.small_run import Specification, result, write_specification

CHECKS = """
import os, signal, sys, threading, time
import pytest
from spec.checking.examination import verifies
from spec.checking.outcomes import Outcome

SECOND = "--second-lane" in sys.argv
TWO = "--lanes 2" in " ".join(sys.argv)

def meet(run):
    # The first lane waits for the second one, which comes up later.
    met = run.folder / "met"
    if SECOND:
        met.touch()
    end = time.monotonic() + 60
    while TWO and not met.exists() and time.monotonic() < end:
        threading.Event().wait(0.05)

def ask(shop, examine, worked=True):
    began = time.monotonic()
    alive = shop.visitor().do(shop.verbs.liveness())
    examine.that(alive.worked and worked, Outcome.WRONG_STATUS, "x", saw=alive, observed="y")
    examine.note(f"lane {1 + SECOND} from {began} to {time.monotonic()}")
"""
SHARED = """
@verifies("RATE-001")
@pytest.mark.parametrize("number", range(20))
def test_of_the_roomy_copy(roomy, examine, run, number):
    meet(run)
    ask(roomy, examine)
"""
MIXED = """
@verifies("RATE-002")
@pytest.mark.parametrize("number", range(4))
def test_of_the_target_as_deployed(target, examine, number):
    ask(target, examine, worked=number != 2)

@verifies("RATE-003", effects={"loads"})
def test_loads(target, examine):
    ask(target, examine)
"""
KILLED = """
@verifies("RATE-002")
def test_ends_its_process(target, examine, run):
    meet(run)
    ask(target, examine)
    if SECOND:
        os.kill(os.getpid(), signal.SIGKILL)
"""
WAITING = """
@verifies("RATE-002")
def test_waits(target, examine, run):
    meet(run)
    (run.folder / "waiting").touch()
    threading.Event().wait(120)
"""


def specify(folder: Path, checks: str, *ids: str) -> Specification:
    """Write a small specification whose target is the reference shop."""
    made = write_specification(folder, CHECKS + SHARED + checks, ["RATE-001", *ids])
    target = PROJECT / "spec" / "target"
    shutil.copyfile(target / "reference.toml", made.profile)
    shutil.copyfile(target / "reference_v1.json", made.profile.parent / "reference_v1.json")
    return made


def read_note(check: CheckResult) -> tuple[int, float, float]:
    """Read which lane ran a check, and when."""
    found = re.fullmatch(r"lane (\d) from (\S+) to (\S+)", check.reason)
    assert found, check
    return int(found[1]), float(found[2]), float(found[3])


def test_each_check_is_run_once_and_what_measures_runs_alone(tmp_path: Path) -> None:
    specification = specify(tmp_path, MIXED, "RATE-002", "RATE-003")
    done = specification.run("--lanes", "2")
    assert done.returncode == 1, done.stderr
    results = specification.results()
    assert results.run.ended is Ended.COMPLETE
    checks = [check for one in results.requirements for check in one.checks]
    assert Counter(check.node for check in checks) == {check.node: 1 for check in checks}
    assert len(checks) == 25
    (failed,) = [check for check in checks if check.verdict is not Verdict.PASS]
    assert (failed.verdict, failed.title, failed.reproduce is not None) == (
        Verdict.FAIL, "of the target as deployed[2]", True,
    )  # fmt: skip
    lanes = {check.node: read_note(check) for check in checks if check is not failed}
    assert {lanes[check.node][0] for check in result(results, "RATE-002").checks if check is not failed} == {2}
    assert {lanes[check.node][0] for check in result(results, "RATE-001").checks} == {1, 2}
    (loads,) = [lanes[check.node] for check in result(results, "RATE-003").checks]
    others = [lane for lane in lanes.values() if lane is not loads]
    assert loads[0] == 1
    assert loads[1] > max(end for _, _, end in others)


def test_one_lane_examines_everything_too(tmp_path: Path) -> None:
    specification = specify(tmp_path, MIXED, "RATE-002", "RATE-003")
    assert specification.run("--lanes", "1").returncode == 1
    checks = [check for one in specification.results().requirements for check in one.checks]
    assert {read_note(check)[0] for check in checks if check.verdict is Verdict.PASS} == {1}
    assert len(checks) == 25


def test_a_second_lane_that_dies_is_the_harness_error_and_what_it_took_is_not_tested(tmp_path: Path) -> None:
    specification = specify(tmp_path, KILLED, "RATE-002")
    done = specification.run("--lanes", "2")
    results = specification.results()
    assert (done.returncode, results.run.ended) == (70, Ended.HARNESS_ERROR)
    assert results.warnings == ["the second lane ended with exit code -9 and without a report"]
    # It had taken one more.
    assert len(result(results, "RATE-001").checks) == 19
    assert {result(results, one).verdict for one in ("RATE-001", "RATE-002")} == {Verdict.NOT_TESTED}


@pytest.fixture
def waiting(tmp_path: Path) -> Iterator[tuple[Specification, subprocess.Popen[bytes]]]:
    """A run whose second lane waits in a check."""
    specification = specify(tmp_path, WAITING, "RATE-002")
    process = start(specification.command("--lanes", "2"), tmp_path / "output.txt")
    assert wait_until(lambda: any(specification.runs.glob("*/waiting"))), (tmp_path / "output.txt").read_text()
    known = family(process)
    yield specification, process
    end_all(process, known)


def test_a_run_that_is_told_to_end_ends_both_lanes_and_writes_what_both_found(
    waiting: tuple[Specification, subprocess.Popen[bytes]],
) -> None:
    specification, process = waiting
    known = family(process)
    os.kill(process.pid, signal.SIGTERM)
    assert process.wait(60) == 130
    assert await_end(known) == []
    results = specification.results()
    assert results.run.ended is Ended.INTERRUPTED
    assert result(results, "RATE-002").reason_code == "interrupted"


def test_two_lanes_at_one_address_are_refused_in_one_sentence(tmp_path: Path) -> None:
    specification = write_specification(tmp_path, CHECKS + SHARED, ["RATE-001"])
    done = specification.run("--lanes", "2")
    assert (done.returncode, done.stdout, specification.runs.exists()) == (2, "", False)
    assert done.stderr == (
        "shopspec: --lanes 2 needs a target that the run starts itself, "
        "since two at one address would share its limits; "
        f"{specification.profile} names an address, so leave the option out\n"
    )


def test_a_check_is_taken_by_one_lane_only(tmp_path: Path) -> None:
    nodes = [f"node {number}" for number in range(LEAST_CHECKS)]
    assert [Claims(tmp_path).take(node) for node in nodes] == [True] * LEAST_CHECKS
    assert [Claims(tmp_path).take(node) for node in nodes] == [False] * LEAST_CHECKS
