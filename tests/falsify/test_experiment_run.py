"""The runs of falsify: their start and end, their profiles, and what is read from their results."""

from __future__ import annotations

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
from spec.target.exchange import MARK_VARIABLE
from spec.target.observations import ObservationKind

SAY_MARK = [sys.executable, "-c", f"import os; print(os.environ.get({MARK_VARIABLE!r}))"]
FOR_EVER = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(600)"]


@pytest.mark.parametrize(("environment", "said"), [({MARK_VARIABLE: "1"}, "1\n"), (None, "None\n")])
def test_a_run_is_told_by_its_environment_what_is_nulled(
    tmp_path: Path, environment: dict[str, str] | None, said: str
) -> None:
    running = RunningRuns()
    with (tmp_path / "output").open("w+") as output:
        assert running.finish(running.start(SAY_MARK, output, environment), 30) == 0
        assert (tmp_path / "output").read_text() == said


def test_a_run_that_goes_on_too_long_is_ended(tmp_path: Path) -> None:
    running = RunningRuns()
    with (tmp_path / "output").open("w") as output:
        process = running.start(FOR_EVER, output)
        with pytest.raises(ExperimentFailed, match=r"^it was still going on after 0 s$"):
            running.finish(process, 0.1)
    assert not psutil.pid_exists(process.pid)


def test_an_end_ends_every_run_and_lets_none_begin(tmp_path: Path) -> None:
    running = RunningRuns()
    with (tmp_path / "output").open("w") as output:
        processes = [running.start(FOR_EVER, output) for _ in range(2)]
        running.end()
        assert [running.finish(process, 30) for process in processes] == [-15, -15]
        with pytest.raises(ExperimentFailed, match=r"^falsify was interrupted before it began$"):
            running.start(FOR_EVER, output)


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
