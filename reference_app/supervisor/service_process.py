"""The common part of all servers: they are started, accept connections, are stopped, or end unasked."""

import signal
import time
from abc import ABC, abstractmethod

from reference_app.supervisor.children import Child, Launch
from reference_app.supervisor.guardian import Guardian
from reference_app.supervisor.lifeline import Lifeline
from reference_app.supervisor.supervisor_errors import CommandError, StartupError

REPEAT_SECONDS = 1.0
SUSPEND_SECONDS = 5.0


class ServiceProcess(ABC):
    """One server process under its name in the control protocol."""

    ready_seconds = 30.0
    """Time from its start until it accepts connections."""
    stop_seconds = 30.0
    """Time to end in when a command stops it; then it is killed."""
    end_seconds = 2.0
    """The same when the whole supervisor ends, and nothing it holds is needed any more."""
    stop_signal = signal.SIGTERM
    end_signal = signal.SIGTERM
    stop_signal_is_repeated = False
    """True: the whole process group is told again each second."""

    def __init__(self, name: str, guardian: Guardian) -> None:
        self.name = name
        self.guardian = guardian
        self._child: Child | None = None

    @abstractmethod
    def launch(self) -> Launch:
        """Describe the process to start."""

    @abstractmethod
    def accepts(self) -> bool:
        """Look once, quickly, if it accepts connections now."""

    @property
    def pid(self) -> int | None:
        """The process id while it runs; it may have died and not been noticed yet."""
        return self._child.pid if self._child else None

    def unready(self) -> str:
        """Say in one clause that it took too long."""
        return f"{self.name} did not accept connections"

    def begin(self) -> None:
        """Start the process, without waiting for it; one that runs already is left alone, a suspended one resumed."""
        if self._child is not None and not self._child.runs:
            self._forget()
        if self._child is not None and self._child.suspended:
            self._child.resume()
        if self._child is None:
            self._child = Child(self.launch(), self.guardian)

    def await_ready(self, lifeline: Lifeline) -> None:
        """Wait until it accepts connections; raises ``StartupError`` when it ends instead, or takes too long."""
        lifeline.wait_until(
            self._is_ready,
            seconds=self.ready_seconds,
            otherwise=self.unready,
        )

    def start(self, lifeline: Lifeline) -> None:
        """Start it and wait until it accepts connections; one that does not is not left running."""
        self.begin()
        try:
            self.await_ready(lifeline)
        except StartupError:
            self.end()
            raise

    def stop(self, lifeline: Lifeline) -> None:
        """End it in good order, as an operator would; nothing happens when it does not run.

        A suspended one is resumed first: only then can it end in good order.
        """
        child = self._child
        if child is None:
            return
        if child.suspended:
            child.resume()
        child.send(self.stop_signal)
        deadline = time.monotonic() + self.stop_seconds
        while child.runs and (remaining := deadline - time.monotonic()) > 0:
            lifeline.wait_for(lambda: not child.runs, seconds=min(REPEAT_SECONDS, remaining))
            if self.stop_signal_is_repeated:
                child.send_to_all(self.stop_signal)
        self._forget()

    @property
    def suspended(self) -> bool:
        """True while all of its processes are suspended."""
        return self._child is not None and self._child.suspended

    def suspend(self, lifeline: Lifeline) -> None:
        """Suspend all of its processes: it accepts connections, by the kernel's queue, and never answers."""
        child = self._running()
        try:
            lifeline.wait_until(
                child.suspend_once, seconds=SUSPEND_SECONDS, otherwise=lambda: f"{self.name} did not stand still"
            )
        except StartupError:
            child.resume()
            raise

    def resume(self, lifeline: Lifeline) -> None:
        """Let it go on, and wait until it accepts connections; nothing else happens when it was not suspended."""
        self._running().resume()
        self.await_ready(lifeline)

    def kill(self) -> list[int]:
        """Kill all of its processes; returns their ids. It counts as ended unasked."""
        return self._running().kill()

    def _running(self) -> Child:
        """Return the process; raises ``CommandError`` when there is none."""
        if self._child is None or not self._child.runs:
            raise CommandError(f"{self.name} does not run")
        return self._child

    def end(self) -> None:
        """End it soon, because everything ends; cannot be interrupted."""
        if self._child is not None and self._child.suspended:
            self._child.kill()
            self._child = None
        if self._child is not None:
            self._child.end(self.end_signal, seconds=self.end_seconds)
            self._child = None

    def take_unexpected_exit(self) -> int | None:
        """Return the exit code (negative: the signal) when it has ended unasked, once; else None."""
        code = self._child.exit_code if self._child else None
        if code is not None:
            self._forget()
        return code

    def _is_ready(self) -> bool:
        if self._child is not None and not self._child.runs:
            code, words = self._child.exit_code, self._child.last_words()
            self._forget()
            raise StartupError(f"{self.name} ended with code {code} while starting: {words}")
        return self.accepts()

    def _forget(self) -> None:
        """Let go of an ended or overdue process, and of everything that it left in its group."""
        if self._child is not None:
            self._child.kill()
            self._child = None
