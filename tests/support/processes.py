"""Processes of a test: what they started, waiting for what they say, and that nothing of them is left."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import psutil

PROJECT = Path(__file__).resolve().parents[2]
END_SECONDS = 30.0
START_SECONDS = 90.0


def wait_until(holds: Callable[[], bool], seconds: float = START_SECONDS) -> bool:
    """Wait so long for a condition; whether it came."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def start(command: Sequence[str], output: Path) -> subprocess.Popen[bytes]:
    """Start a command in a session of its own, with everything that it says in a file."""
    with output.open("wb") as file:
        return subprocess.Popen(
            command, cwd=PROJECT, stdin=subprocess.DEVNULL, stdout=file, stderr=file, start_new_session=True,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1"},
        )  # fmt: skip


def family(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    """Everything below a process, now."""
    return psutil.Process(process.pid).children(recursive=True)


def command_of(process: psutil.Process) -> str:
    """The command of a process; nothing once it is gone."""
    try:
        return " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return ""


def await_end(processes: Iterable[psutil.Process], seconds: float = END_SECONDS) -> list[str]:
    """Wait so long for all to end; what still runs then, by its command."""
    left = list(processes)

    def ended() -> bool:
        left[:] = [one for one in left if runs(one)]
        return not left

    wait_until(ended, seconds)
    return [command_of(one) for one in left]


def runs(process: psutil.Process) -> bool:
    """Tell if it runs; one that has ended and that nobody has yet taken note of does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def end_all(process: subprocess.Popen[bytes], others: Iterable[psutil.Process] = ()) -> None:
    """Leave nothing behind, whatever happened before."""
    known = [*others, *(family(process) if process.poll() is None else [])]
    if process.poll() is None:
        process.kill()
    process.wait()
    for one in known:
        if runs(one):
            one.kill()
