"""Means by which no process outlives the supervisor: prctl(2), and a second process that ends what is left.

The kernel's own signal at the death of a parent reaches the direct children only. The workers of an application server
may hang in a request, or be suspended, and would live on; so a guardian knows every process group that runs.

This module is the guardian's program too, started with ``-I -S``: it needs the standard library only, so it is up in an
instant and depends on nothing that could be missing. Its standard input carries ``+PID`` and ``-PID``, one a line: a
process group that began, and one that is over. When the input ends, the supervisor has ended. In good order no group is
left then; after kill -9 those that are get killed. Either way the folder is removed.
"""

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
END_SECONDS = 2.0
"""Time for the guardian to end: all that is left for it is to remove a folder, which its caller does as well."""
GONE_SECONDS = 5.0
POLL_SECONDS = 0.02


def _load_prctl() -> Callable[..., int] | None:
    """Look prctl(2) up before any fork; None where there is none (macOS)."""
    if sys.platform != "linux":
        return None
    function: Callable[..., int] = ctypes.CDLL(None).prctl
    return function


_prctl = _load_prctl()


def die_with_parent(parent: int, death_signal: int) -> None:
    """Ask for ``death_signal`` at the parent's death; to be called in a child, between fork and exec.

    A parent that has died just now counts too.
    """
    if _prctl is not None:
        _prctl(PR_SET_PDEATHSIG, death_signal)
        if os.getppid() != parent:
            os._exit(1)


def adopt_orphans() -> None:
    """Become the parent of grandchildren whose parent dies, so that their end can be waited for."""
    if _prctl is not None:
        _prctl(PR_SET_CHILD_SUBREAPER, 1)


class Guardian:
    """The second process: started before all others, ended after them."""

    def __init__(self, folder: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", __file__, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            process_group=0,
            cwd="/",
        )

    def watch(self, group: int) -> None:
        """Tell it of a process group that has begun."""
        self._tell(f"+{group}\n")

    def release(self, group: int) -> None:
        """Tell it of a process group that is over; one that it does not know is none of its business."""
        self._tell(f"-{group}\n")

    def end(self) -> None:
        """Let it end: everything is over, and its last act is to remove the folder. One that takes long is killed."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _tell(self, line: str) -> None:
        with suppress(BrokenPipeError):  # it was killed from outside: the kernel's signal to the children remains
            if self._process.stdin is not None:
                self._process.stdin.write(line.encode())
                self._process.stdin.flush()


def guard(folder: str) -> None:
    """Watch until standard input ends, then leave nothing."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups: set[int] = set()
    for line in sys.stdin:
        change = groups.add if line.startswith("+") else groups.discard
        change(int(line[1:]))
    for group in groups:
        with suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)
    deadline = time.monotonic() + GONE_SECONDS
    while any(_exists(group) for group in groups) and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)  # no event announces the end of a process that is not one's child
    shutil.rmtree(folder, ignore_errors=True)


def _exists(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


if __name__ == "__main__":
    guard(sys.argv[1])
