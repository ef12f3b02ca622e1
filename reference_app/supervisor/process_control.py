"""What Linux offers so that no process outlives the supervisor (prctl(2)); elsewhere nothing happens."""

import ctypes
import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress

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
