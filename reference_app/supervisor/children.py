"""Starting and ending child processes that never outlive the supervisor.

Each child is the leader of a process group of its own, so that a terminal's Ctrl-C reaches the supervisor alone, which
then ends its children in order. Where the supervisor dies without a chance to do so (kill -9), Linux itself sends each
child a signal (prctl(2), PR_SET_PDEATHSIG).
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from reference_app.supervisor.system_user import SystemUser

PR_SET_PDEATHSIG = 1
KILL_PATIENCE_SECONDS = 5.0
"""How long a killed process may take to be gone; only one in uninterruptible sleep takes longer than an instant."""


def _load_prctl() -> Callable[..., int] | None:
    """prctl(2), looked up before any fork; None where there is none (macOS)."""
    if sys.platform != "linux":
        return None
    function: Callable[..., int] = ctypes.CDLL(None).prctl
    return function


_prctl = _load_prctl()


def _tie_to_parent(parent: int, death_signal: int) -> None:
    """In the child, between fork and exec: die when the parent does, even when it has died just now."""
    if _prctl is not None:
        _prctl(PR_SET_PDEATHSIG, death_signal)
        if os.getppid() != parent:
            os._exit(1)


@dataclass(frozen=True)
class Launch:
    """What to start: a command, where its output goes, and the signal it gets when the supervisor dies."""

    command: Sequence[str | Path]
    output: Path
    errors: Path | None = None
    """None: together with the output."""
    environment: Mapping[str, str] = field(default_factory=dict)
    folder: Path | None = None
    user: SystemUser | None = None
    death_signal: signal.Signals = signal.SIGKILL


class Child:
    """One running process and everything in its process group."""

    def __init__(self, launch: Launch) -> None:
        self.launch = launch
        with launch.output.open("ab") as output, (launch.errors or launch.output).open("ab") as errors:
            # preexec_fn is safe here because the supervisor has one thread; the death signal is also tied to the
            # *thread* that forks, so a child started from a passing thread would die with it.
            self._process = subprocess.Popen(  # noqa: PLW1509
                [str(part) for part in launch.command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=errors,
                env=dict(launch.environment),
                cwd=launch.folder,
                user=launch.user.uid if launch.user else None,
                group=launch.user.gid if launch.user else None,
                extra_groups=[] if launch.user else None,
                process_group=0,
                preexec_fn=partial(_tie_to_parent, os.getpid(), int(launch.death_signal)),
            )

    @property
    def pid(self) -> int:
        """The process id, which is the id of the process group too."""
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs; negative: ended by that signal."""
        return self._process.poll()

    @property
    def runs(self) -> bool:
        """Whether the process itself has not ended yet."""
        return self.exit_code is None

    def last_words(self) -> str:
        """The last line that it wrote, for a sentence about its end; empty when it wrote none."""
        path = self.launch.errors or self.launch.output
        lines = [line.strip() for line in path.read_text(errors="replace").splitlines() if line.strip()]
        return lines[-1] if lines else ""

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the process; nothing happens when it has ended."""
        self._process.send_signal(number)

    def kill(self) -> None:
        """End the whole process group at once and wait until the process is gone."""
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self._process.wait(KILL_PATIENCE_SECONDS)

    def end(self, number: signal.Signals, *, seconds: float) -> None:
        """Ask for the end with a signal; after ``seconds`` without it, kill. Not to be interrupted by anything."""
        self.send(number)
        deadline = time.monotonic() + seconds
        try:
            self._process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            pass
        self.kill()
