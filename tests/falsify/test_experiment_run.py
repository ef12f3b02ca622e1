"""The runs of falsify: their start and end, their profiles, and what is read from their results."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

import psutil
import pytest

from reports.results import CheckResult
from reports.verdicts import Verdict
from spec.falsify.experiment_run import (
    REFERENCE,
    BreakableShop,
    ExperimentFailed,
    RunningRuns,
    examined_kinds,
    red_outcomes,
)
from spec.falsify.nulls.null_target import write_null_profile
from spec.falsify.warm_runs import WarmRun
from spec.target.observations import ObservationKind

FOR_EVER = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(600)"]


def test_a_warm_run_has_the_words_and_the_exit_code_of_the_command(tmp_path: Path) -> None:
    runs = [
        WarmRun(["--help"], tmp_path / "help", {}),
        WarmRun(["--tarjet", "x"], tmp_path / "wrong", {"NO_COLOR": "1"}),
        WarmRun(["--target", str(tmp_path / "gone.toml")], tmp_path / "gone", {}),
    ]
    assert [run.wait(60) for run in runs] == [0, 2, 2]
    assert "Examine a shop backend against the specification." in (tmp_path / "help").read_text()
    assert "unrecognized arguments: --tarjet" in (tmp_path / "wrong").read_text()
    assert "gone.toml" in (tmp_path / "gone").read_text()


def test_a_run_that_goes_on_too_long_is_ended() -> None:
    running = RunningRuns()
    process = running.start(lambda: subprocess.Popen(FOR_EVER, stdout=subprocess.DEVNULL))
    with pytest.raises(ExperimentFailed, match=r"^it was still going on after 0 s$"):
        running.finish(process, 0.1)
    assert isinstance(process, subprocess.Popen)
    assert not psutil.pid_exists(process.pid)


class Interrupted:
    """A run that Ctrl-C interrupts while it is waited for."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def wait(self, _seconds: float | None = None, /) -> int:
        if not self.told:
            raise KeyboardInterrupt
        self.told.append("waited for")
        return -15

    def terminate(self) -> None:
        self.told.append("terminated")

    def kill(self) -> None:
        self.told.append("killed")


def test_an_interruption_ends_the_run_that_is_waited_for() -> None:
    running, process = RunningRuns(), Interrupted()
    with pytest.raises(KeyboardInterrupt):
        running.finish(running.start(lambda: process), 30)
    assert process.told == ["terminated", "waited for"]


def test_an_end_ends_every_run_and_lets_none_begin() -> None:
    running = RunningRuns()

    def begin() -> subprocess.Popen[bytes]:
        return subprocess.Popen(FOR_EVER, stdout=subprocess.DEVNULL)

    processes = [running.start(begin) for _ in range(2)]
    running.end()
    assert [running.finish(process, 30) for process in processes] == [-15, -15]
    with pytest.raises(ExperimentFailed, match=r"^falsify was interrupted before it began$"):
        running.start(begin)


def test_the_profile_of_a_wrong_shop_is_that_of_the_reference_with_another_command(tmp_path: Path) -> None:
    shop = BreakableShop()
    command = shop.fault_command("race", {"THROTTLE_ANON": "1000/hour"})
    written = tomllib.loads(shop.write_profile(tmp_path / "a" / "target.toml", command).read_text())
    reference = tomllib.loads(REFERENCE.read_text())
    assert written["start"].pop("command") == [
        *("{python}", "-m", "reference_app.supervisor", "--application", "spec.falsify.faulty_wsgi:application"),
        *("--set", "THROTTLE_ANON=1000/hour", "--set", "SHOPSPEC_FAULT=race"),
    ]
    del reference["start"]["command"]
    file = reference["policies"]["deprecated_schema"]
    reference["policies"]["deprecated_schema"] = str(REFERENCE.parent / file)
    assert written == reference


def test_the_profile_of_a_null_names_its_address(tmp_path: Path) -> None:
    written = tomllib.loads(write_null_profile(tmp_path / "a" / "target.toml", "http://127.0.0.1:9").read_text())
    assert written["address"] == {"base_url": "http://127.0.0.1:9"}


def check(verdict: Verdict, code: str | None = None, kinds: Sequence[str] = ()) -> CheckResult:
    """A check's result."""
    return CheckResult(
        node="node", title="title", verdict=verdict, outcome_code=code, expected="", observed="", done=1, total=1,
        kinds=list(kinds),
    )  # fmt: skip


def test_only_checks_that_are_red_say_with_which_code_a_requirement_turned_red() -> None:
    checks = [
        check(Verdict.FAIL, "OVERSOLD"),
        check(Verdict.WAIVED, "SERVER_ERROR"),
        check(Verdict.INCONCLUSIVE, "NO_ANSWER"),
        check(Verdict.FAIL, "STALE"),
        check(Verdict.FAIL, "OVERSOLD"),
        check(Verdict.FAIL),
        check(Verdict.PASS),
    ]
    assert red_outcomes(checks) == ("OVERSOLD", "STALE")


def test_a_requirement_examines_whatever_one_of_its_checks_does() -> None:
    checks = [check(Verdict.PASS, kinds=["exchange"]), check(Verdict.PASS, kinds=["log lines", "exchange"])]
    assert examined_kinds(checks) == {ObservationKind.EXCHANGE, ObservationKind.LOG_LINES}
