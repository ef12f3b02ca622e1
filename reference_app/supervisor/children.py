"""Child processes that never outlive the supervisor: start, suspension, end, and the line that explains an end.

Each child is the leader of a process group of its own, so that a terminal's Ctrl-C reaches the supervisor alone, which
then ends its children in order. Where the supervisor dies without a chance to do so (kill -9), Linux itself sends each
child a signal, and the guardian ends what is left.
"""

import os
import re
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO

import psutil

from reference_app.supervisor.guardian import Guardian, die_with_parent
from reference_app.supervisor.machine import SystemUser
from reference_app.supervisor.supervisor_errors import StartupError

KILL_PATIENCE_SECONDS = 5.0
"""Time for a killed process to be gone; only one in uninterruptible sleep takes longer than an instant."""
POLL_SECONDS = 0.01
AT_WORK_SECONDS = 1.0
"""Time for resumed children to wait for something again; one that computes may never do."""
STILL = frozenset({psutil.STATUS_STOPPED, psutil.STATUS_TRACING_STOP, psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD})
EXCEPTION = re.compile(r"[A-Za-z_][\w.]*(Error|Exception|Exit|Configured): .")
"""The line that ends a Python traceback, which says more than whatever is logged after it."""
CONSEQUENCE = re.compile(r"gunicorn\.errors\.HaltServer|SystemExit")
"""The line that ends the traceback of a process that only follows another."""
DETAIL = re.compile(r"\s|Traceback |During handling |The above exception ")
"""Lines around an exception in a traceback."""
LOGGED = re.compile(r"\[\d{4}-|\{")
"""Lines of a logger: they tell of the end, and not of its cause."""


@dataclass(frozen=True)
class Launch:
    """A process to start: a command, where its output goes, and the signal it gets when the supervisor dies."""

    command: Sequence[str | Path]
    output: Path
    errors: Path | None = None
    """None: together with the output."""
    environment: Mapping[str, str] = field(default_factory=dict)
    folder: Path | None = None
    user: SystemUser | None = None
    death_signal: signal.Signals = signal.SIGKILL


class Child:
    """One running process, everything in its process group, and every descendant that has left the group.

    PostgreSQL's backends, for one, lead process groups of their own.
    """

    def __init__(self, launch: Launch, guardian: Guardian) -> None:
        self._guardian = guardian
        self._files = [path for path in (launch.errors, launch.output) if path is not None]
        with launch.output.open("ab") as output, (launch.errors or launch.output).open("ab") as errors:
            self._written_before = {path: path.stat().st_size for path in self._files}
            self._process = _spawn(launch, output, errors)
        self._stood_still = False
        self._suspended_groups: set[int] = set()
        guardian.watch(self.pid)

    @property
    def pid(self) -> int:
        """The process id, which is the id of the process group too."""
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """The exit code; None while it runs, negative when a signal has ended it."""
        return self._process.poll()

    @property
    def runs(self) -> bool:
        """True until the process itself has ended."""
        return self.exit_code is None

    @property
    def suspended(self) -> bool:
        """True from the moment that nothing of the family moved any more until it is resumed."""
        return self._stood_still

    @property
    def stands_still(self) -> bool:
        """True while the process itself is stopped, or has ended."""
        try:
            return _stands_still(psutil.Process(self.pid))
        except psutil.NoSuchProcess:
            return True

    def family(self) -> list[psutil.Process]:
        """Walk the process and its descendants, each before its own children; nothing when it has ended."""
        try:
            leader = psutil.Process(self.pid)
            return [leader, *leader.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def workers(self) -> list[psutil.Process]:
        """List the direct children that run, the oldest first."""
        try:
            children = psutil.Process(self.pid).children()
        except psutil.NoSuchProcess:
            return []
        return sorted(filter(is_alive, children), key=lambda process: (process.create_time(), process.pid))

    def suspend_once(self) -> bool:
        """Suspend every process of the family that still moves; to be repeated until it returns True.

        A process that was told to stop may start another one before it does. So the family is complete only when all of
        it stood still in the look before this one, and still does.
        """
        moving = [process for process in self.family() if not _stands_still(process)]
        for process in moving:
            with suppress(ProcessLookupError, psutil.NoSuchProcess):
                self._watch_suspended(os.getpgid(process.pid))
                process.suspend()
        complete = self._stood_still and not moving
        self._stood_still = not moving
        return complete

    def resume(self) -> None:
        """Let every process go on; the first one only when the others have.

        A parent may look after its children: gunicorn's arbiter kills a worker that has been silent for too long, and
        would wake up to find all of them so.
        """
        family = self.family()
        pauses = {process: _pauses(process) for process in family[1:]} if self.suspended else {}
        for process in reversed(family[1:]):
            with suppress(psutil.NoSuchProcess):
                process.resume()
        deadline = time.monotonic() + AT_WORK_SECONDS
        while pauses and time.monotonic() < deadline:
            # One that has run until it had to wait again has reported to its parent.
            pauses = {process: count for process, count in pauses.items() if _pauses(process) == count}
            time.sleep(POLL_SECONDS)
        self.send(signal.SIGCONT)
        self._release_suspended()

    def _watch_suspended(self, group: int) -> None:
        """Tell the guardian of a group of its own: while it is suspended it could not end with its parent."""
        if group != self.pid and group not in self._suspended_groups:
            self._suspended_groups.add(group)
            self._guardian.watch(group)

    def _release_suspended(self) -> None:
        self._stood_still = False
        for group in self._suspended_groups:
            self._guardian.release(group)
        self._suspended_groups.clear()

    def output(self) -> tuple[str, str]:
        """Read what it wrote to standard output and to standard error; the second is empty where they are one file."""
        *errors, output = [self._text(path) for path in self._files]
        return output, "".join(errors)

    def last_words(self) -> str:
        """Find the line that best explains its end in what it wrote, errors first."""
        return find_cause([line for path in self._files for line in self._text(path).splitlines()])

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the process; nothing happens when it has ended."""
        self._process.send_signal(number)

    def send_to_all(self, number: signal.Signals) -> None:
        """Send a signal to the process and everything in its group."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, number)

    def kill(self) -> list[int]:
        """End all of it at once, parents first, and wait until it is gone; returns the ids of the processes killed.

        Right for a process that has ended, too: what is left in its group is killed.
        """
        family = self.family()
        self.send_to_all(signal.SIGKILL)
        for process in family:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        self._process.wait(KILL_PATIENCE_SECONDS)
        with suppress(ChildProcessError):
            while True:  # orphans of the group, adopted by the supervisor; all of them have been killed
                os.waitpid(-self.pid, 0)
        _await_end(family)
        self._release_suspended()
        self._guardian.release(self.pid)
        return [process.pid for process in family]

    def end(self, number: signal.Signals, *, seconds: float) -> None:
        """Ask for the end with a signal; after ``seconds`` without it, kill. Not to be interrupted by anything."""
        self.send(number)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)
        self.kill()

    def _text(self, path: Path) -> str:
        with path.open("rb") as file:
            file.seek(self._written_before[path])
            return file.read().decode(errors="replace")


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


def is_alive(process: psutil.Process) -> bool:
    """True while the process runs; one that has ended and that its parent has yet to take note of does not."""
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _pauses(process: psutil.Process) -> int | None:
    """Count how often the process has waited for something; None when it has ended."""
    try:
        return int(process.num_ctx_switches().voluntary)
    except psutil.NoSuchProcess:
        return None


def _stands_still(process: psutil.Process) -> bool:
    try:
        return process.status() in STILL
    except psutil.NoSuchProcess:
        return True


def _await_end(killed: Sequence[psutil.Process]) -> None:
    """Wait for killed processes that may be anywhere below this one: each is adopted when its parent has ended."""
    deadline = time.monotonic() + KILL_PATIENCE_SECONDS
    left = list(killed)
    while left and time.monotonic() < deadline:
        for process in left:
            with suppress(ChildProcessError):
                os.waitpid(process.pid, os.WNOHANG)
        left = [process for process in left if process.is_running()]
        if left:
            time.sleep(POLL_SECONDS)


def find_cause(lines: Sequence[str]) -> str:
    """Find the last exception, else the last line that is no event of a logger, else the last line."""
    written = [line for line in lines if line.strip()]
    own = [line for line in written if not (CONSEQUENCE.match(line) or DETAIL.match(line))]
    exceptions = [line for line in own if EXCEPTION.match(line)]
    plain = [line for line in own if not LOGGED.match(line)]
    return (exceptions or plain or written or ["it wrote nothing"])[-1].strip()


def kill_processes_in(folder: Path) -> None:
    """Kill and wait for every process that works in ``folder``, as far as this process may see it."""
    for process in psutil.process_iter(["cwd"]):
        if process.info["cwd"] == str(folder):
            with suppress(psutil.NoSuchProcess, ChildProcessError):
                process.kill()
                os.waitpid(process.pid, 0)


def end_orphans(*, seconds: float) -> None:
    """Wait until no child is left, adopted ones included, and kill those that are when the time is over.

    Every other child has been waited for. PostgreSQL's log writer, for one, ends an instant after the server that
    started it; one that was suspended from outside never would.
    """
    deadline = time.monotonic() + seconds
    with suppress(ChildProcessError):
        while True:
            ended, _ = os.waitpid(-1, os.WNOHANG)
            if not ended and time.monotonic() > deadline:
                break
            if not ended:
                time.sleep(POLL_SECONDS)  # SIGCHLD is not told apart here: the next look comes soon enough
    left = psutil.Process().children(recursive=True)
    for process in left:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    _await_end(left)
