"""Starting and ending child processes that never outlive the supervisor.

Each child is the leader of a process group of its own, so that a terminal's Ctrl-C reaches the supervisor alone, which
then ends its children in order. Where the supervisor dies without a chance to do so (kill -9), Linux itself sends each
child a signal, and the guardian ends what is left.
"""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO

from reference_app.supervisor.cause import find_cause
from reference_app.supervisor.failures import StartupError
from reference_app.supervisor.guardian import Guardian
from reference_app.supervisor.process_control import die_with_parent
from reference_app.supervisor.system_user import SystemUser

KILL_PATIENCE_SECONDS = 5.0
"""How long a killed process may take to be gone; only one in uninterruptible sleep takes longer than an instant."""


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

    def __init__(self, launch: Launch, guardian: Guardian) -> None:
        self._guardian = guardian
        self._files = [path for path in (launch.errors, launch.output) if path is not None]
        with launch.output.open("ab") as output, (launch.errors or launch.output).open("ab") as errors:
            self._written_before = {path: path.stat().st_size for path in self._files}
            self._process = _spawn(launch, output, errors)
        guardian.watch(self.pid)

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
        """Of what it wrote, errors first, the line that best explains its end."""
        return find_cause([line for path in self._files for line in self._lines(path)])

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the process; nothing happens when it has ended."""
        self._process.send_signal(number)

    def send_to_all(self, number: signal.Signals) -> None:
        """Send a signal to the process and everything in its group."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, number)

    def kill(self) -> None:
        """End the whole process group at once and wait until it is gone; right for one that has ended, too."""
        self.send_to_all(signal.SIGKILL)
        self._process.wait(KILL_PATIENCE_SECONDS)
        with suppress(ChildProcessError):
            while True:  # orphans of the group, adopted by the supervisor; all of them have been killed
                os.waitpid(-self.pid, 0)
        self._guardian.release(self.pid)

    def end(self, number: signal.Signals, *, seconds: float) -> None:
        """Ask for the end with a signal; after ``seconds`` without it, kill. Not to be interrupted by anything."""
        self.send(number)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)
        self.kill()

    def _lines(self, path: Path) -> list[str]:
        with path.open("rb") as file:
            file.seek(self._written_before[path])
            text = file.read().decode(errors="replace")
        return text.splitlines()


def _spawn(launch: Launch, output: IO[bytes], errors: IO[bytes]) -> subprocess.Popen[bytes]:
    command = [str(part) for part in launch.command]
    # preexec_fn is safe here because the supervisor has one thread; the death signal is also tied to the *thread* that
    # forks, so a child started from a passing thread would die with it.
    before_exec = partial(die_with_parent, os.getpid(), int(launch.death_signal))
    try:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
            env=dict(launch.environment),
            cwd=launch.folder,
            user=launch.user.uid if launch.user else None,
            group=launch.user.gid if launch.user else None,
            extra_groups=[] if launch.user else None,
            process_group=0,
            preexec_fn=before_exec,  # noqa: PLW1509
        )
    except OSError as error:
        raise StartupError(f"{command[0]} cannot be run: {error.strerror}") from error
