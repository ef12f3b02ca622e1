"""What Linux offers so that no process outlives the supervisor (prctl(2)); elsewhere nothing happens."""

import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
POLL_SECONDS = 0.01


def _load_prctl() -> Callable[..., int] | None:
    """prctl(2), looked up before any fork; None where there is none (macOS)."""
    if sys.platform != "linux":
        return None
    function: Callable[..., int] = ctypes.CDLL(None).prctl
    return function


_prctl = _load_prctl()


def die_with_parent(parent: int, death_signal: int) -> None:
    """In a child, between fork and exec: get ``death_signal`` when the parent dies, even when it has died just now."""
    if _prctl is not None:
        _prctl(PR_SET_PDEATHSIG, death_signal)
        if os.getppid() != parent:
            os._exit(1)


def adopt_orphans() -> None:
    """Become the parent of grandchildren whose parent dies, so that their end can be waited for."""
    if _prctl is not None:
        _prctl(PR_SET_CHILD_SUBREAPER, 1)


def kill_processes_in(folder: Path) -> None:
    """Kill and wait for every process that works in ``folder``, as far as this process may see it (Linux)."""
    for entry in Path("/proc").glob("[0-9]*/cwd"):
        try:
            works_here = entry.readlink() == folder
        except OSError:
            continue  # it has ended, or belongs to somebody else
        if works_here:
            pid = int(entry.parent.name)
            with suppress(ProcessLookupError, ChildProcessError):
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)


def await_orphans(*, seconds: float) -> None:
    """Wait until no child is left, adopted ones included, or the time is over; every other child has been waited for.

    PostgreSQL's log writer, for one, ends an instant after the server that started it.
    """
    deadline = time.monotonic() + seconds
    with suppress(ChildProcessError):
        while time.monotonic() < deadline:
            ended, _ = os.waitpid(-1, os.WNOHANG)
            if not ended:
                time.sleep(POLL_SECONDS)  # SIGCHLD is not told apart here: the next look comes soon enough
