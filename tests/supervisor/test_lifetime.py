"""However a supervisor ends, nothing is left of it."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from tests.supervisor.conftest import StartRun
from tests.supervisor.run import POLL_SECONDS, Run, fetch


def _close_standard_input(run: Run) -> None:
    assert run.process.stdin is not None
    run.process.stdin.close()


def _quit(run: Run) -> None:
    assert run.ask("quit") == {"id": "quit", "ok": True}


def _signal(number: signal.Signals) -> Callable[[Run], None]:
    return lambda run: run.process.send_signal(number)


ORDERLY_ENDS = {
    "end of input": _close_standard_input,
    "quit": _quit,
    "SIGINT": _signal(signal.SIGINT),
    "SIGTERM": _signal(signal.SIGTERM),
    "SIGHUP": _signal(signal.SIGHUP),
}


@pytest.mark.parametrize("end", ORDERLY_ENDS.values(), ids=ORDERLY_ENDS.keys())
def test_an_orderly_end_leaves_no_process_and_no_file(run: Run, short_folder: Path, end: Callable[[Run], None]) -> None:
    run.ready()
    family = run.family()
    end(run)
    assert run.await_end(family) == []
    assert run.process.returncode == 0
    assert [path.name for path in short_folder.iterdir()] == ["progress.txt"]


def test_a_killed_supervisor_leaves_no_process_and_no_file(run: Run, short_folder: Path) -> None:
    run.ready()
    family = run.family()
    run.process.kill()
    assert run.await_end(family) == []
    assert [path.name for path in short_folder.iterdir()] == ["progress.txt"]


def test_without_its_guardian_a_killed_supervisor_leaves_a_folder_that_the_next_start_removes(
    start_run: StartRun, short_folder: Path
) -> None:
    killed = start_run()
    ready = killed.ready()
    family = killed.family()
    guardian_of(family).kill()
    killed.process.kill()
    assert killed.await_end(family) == []
    assert Path(ready["ca_certificate"]).exists()
    next_run = start_run()
    next_run.ready()
    assert not Path(ready["ca_certificate"]).exists()
    assert len(list(short_folder.glob("shopspec-*"))) == 1


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGKILL, -signal.SIGKILL)])
def test_a_guardian_that_does_not_come_to_its_turn_delays_no_end(
    run: Run, short_folder: Path, number: signal.Signals, code: int
) -> None:
    run.ready()
    family = run.family()
    guardian_of(family).suspend()
    run.process.send_signal(number)
    assert run.await_end(family) == []
    assert run.process.returncode == code
    assert "Traceback" not in run.progress.read_text()
    assert [path.name for path in short_folder.iterdir()] == ["progress.txt"]


def guardian_of(family: list[psutil.Process]) -> psutil.Process:
    return next(process for process in family if any("guardian" in part for part in process.cmdline()))


def test_an_end_in_the_middle_of_a_start_leaves_nothing(run: Run, short_folder: Path) -> None:
    supervisor = psutil.Process(run.process.pid)
    while not supervisor.children():
        assert run.process.poll() is None
        time.sleep(POLL_SECONDS)
    family = run.family()
    run.process.send_signal(signal.SIGTERM)
    assert run.await_end(family) == []
    assert run.process.returncode == 0
    assert [path.name for path in short_folder.iterdir()] == ["progress.txt"]


def test_stopped_processes_are_ended_too(run: Run) -> None:
    pids = run.ready()["windows"]["processes"]
    family = run.family()
    for process in psutil.Process(pids["application"]).children():
        process.suspend()
    for name in ("application", "cache"):
        psutil.Process(pids[name]).suspend()
    run.process.send_signal(signal.SIGTERM)
    assert run.await_end(family) == []


def test_a_request_that_hangs_does_not_outlive_a_killed_supervisor(run: Run) -> None:
    ready = run.ready()
    family = run.family()
    with pytest.raises(TimeoutError):
        fetch(ready, "/slow", seconds=0.5)
    run.process.kill()
    assert run.await_end(family) == []


def test_services_are_out_of_reach_of_the_terminals_signals(run: Run) -> None:
    pids = run.ready()["windows"]["processes"].values()
    assert {os.getpgid(pid) for pid in pids} == set(pids)
    assert {os.getsid(pid) for pid in pids} == {os.getsid(run.process.pid)}
