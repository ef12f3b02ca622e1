"""The runs of falsify: how they are started and ended, and the profiles that they are given."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

import psutil
import pytest

from reports.results import CheckResult
from reports.verdicts import Verdict
from spec.falsify import falsify_command as commandline
from spec.falsify.experiment_run import (
    REFERENCE,
    ExperimentFailed,
    RunningRuns,
    _outcomes,
    fault_command,
    write_null_profile,
    write_profile,
)
from spec.target.exchange import MARK_VARIABLE

SAY_MARK = [sys.executable, "-c", f"import os; print(os.environ.get({MARK_VARIABLE!r}))"]
FOR_EVER = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(600)"]


@pytest.mark.parametrize(("mark", "said"), [(True, "1\n"), (False, "None\n")])
def test_only_a_run_behind_a_nulling_proxy_may_mark_what_it_examines(tmp_path: Path, mark: bool, said: str) -> None:
    running = RunningRuns()
    with (tmp_path / "output").open("w+") as output:
        assert running.finish(running.start(SAY_MARK, output, mark=mark), 30) == 0
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
    command = fault_command("race", {"THROTTLE_ANON": "1000/hour"})
    written = tomllib.loads(write_profile(tmp_path / "a" / "target.toml", command).read_text())
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


@pytest.mark.parametrize(
    ("now", "done", "total", "rest"),
    [(160.0, 2, 4, ", about 1 min left"), (220.0, 1, 10, ", about 18 min left"), (110.0, 1, 2, ""), (160.0, 4, 4, "")],
)
def test_progress_says_about_how_long_the_rest_takes(
    monkeypatch: pytest.MonkeyPatch, now: float, done: int, total: int, rest: str
) -> None:
    monkeypatch.setattr("time.monotonic", lambda: now)
    assert commandline._rest(100.0, done, total) == rest


def test_only_checks_that_are_red_say_with_which_code_a_requirement_turned_red() -> None:
    seen = [
        (Verdict.FAIL, "OVERSOLD"),
        (Verdict.WAIVED, "SERVER_ERROR"),
        (Verdict.INCONCLUSIVE, "NO_ANSWER"),
        (Verdict.FAIL, "STALE"),
        (Verdict.FAIL, "OVERSOLD"),
        (Verdict.FAIL, None),
        (Verdict.PASS, None),
    ]
    checks = [CheckResult("node", "title", verdict, code, "", "", 1, 1) for verdict, code in seen]
    assert _outcomes(checks) == ("OVERSOLD", "STALE")
