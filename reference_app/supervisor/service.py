"""What the servers have in common: they are started, accept connections, are stopped, or end unasked."""

import signal
import time
from abc import ABC, abstractmethod

from reference_app.supervisor.children import Child, Launch
from reference_app.supervisor.failures import StartupError
from reference_app.supervisor.guardian import Guardian
from reference_app.supervisor.lifeline import Lifeline

REPEAT_SECONDS = 1.0


class Service(ABC):
    """One server process under its name in the control protocol."""

    ready_seconds = 30.0
    """How long it may take from its start until it accepts connections."""
    stop_seconds = 30.0
    """How long it may take to end when a command stops it; then it is killed."""
    end_seconds = 2.0
    """The same when the whole supervisor ends, and nothing it holds is needed any more."""
    stop_signal = signal.SIGTERM
    end_signal = signal.SIGTERM
    stop_signal_is_repeated = False
    """Whether the whole process group is told again each second."""

    def __init__(self, name: str, guardian: Guardian) -> None:
        self.name = name
        self.guardian = guardian
        self._child: Child | None = None

    @abstractmethod
    def launch(self) -> Launch:
        """What to start."""

    @abstractmethod
    def accepts(self) -> bool:
        """Whether it accepts connections now; one quick look."""

    @property
    def pid(self) -> int | None:
        """The process id while it runs; it may have died and not been noticed yet."""
        return self._child.pid if self._child else None

    def unready(self) -> str:
        """What is to be said of it when it took too long."""
        return f"{self.name} did not accept connections"

    def begin(self) -> None:
        """Start the process, without waiting for it; nothing happens when it runs already."""
        if self._child is not None and not self._child.runs:
            self._forget()
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
        """End it in good order, as an operator would; nothing happens when it does not run."""
        child = self._child
        if child is None:
            return
        child.send(self.stop_signal)
        deadline = time.monotonic() + self.stop_seconds
        while child.runs and (remaining := deadline - time.monotonic()) > 0:
            lifeline.wait_for(lambda: not child.runs, seconds=min(REPEAT_SECONDS, remaining))
            if self.stop_signal_is_repeated:
                child.send_to_all(self.stop_signal)
        self._forget()

    def end(self) -> None:
        """End it soon, because everything ends; cannot be interrupted."""
        if self._child is not None:
            self._child.end(self.end_signal, seconds=self.end_seconds)
            self._child = None

    def take_unexpected_exit(self) -> int | None:
        """The exit code (negative: the signal) when it has ended unasked, once; else None."""
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
