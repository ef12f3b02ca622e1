"""The supervisor's tie to its starter: standard input and the signals that ask it to end.

Signal handlers only set a flag. Everything that waits does so through :meth:`Lifeline.wait_until`, which wakes at once
when the end is asked for or a child dies, so an end is never noticed late and never strikes between two statements that
belong together.
"""

import os
import select
import signal
import time
from collections import deque
from collections.abc import Callable
from types import FrameType

from reference_app.supervisor.supervisor_errors import EndRequested, StartupError

POLL_SECONDS = 0.02
"""Pause between two looks at a condition that nothing announces, such as a server that accepts connections."""

END_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Lifeline:
    """Commands from standard input, one line each, and the wish that the supervisor ends."""

    def __init__(self, *, stdin: int = 0) -> None:
        self._stdin = stdin
        self._partial = b""
        self._lines: deque[str] = deque()
        self._end_requested = False
        self._wakeup_reader, wakeup_writer = os.pipe()
        os.set_blocking(self._wakeup_reader, False)
        os.set_blocking(wakeup_writer, False)
        signal.set_wakeup_fd(wakeup_writer, warn_on_full_buffer=False)
        for number in END_SIGNALS:
            signal.signal(number, self._on_end_signal)
        signal.signal(signal.SIGCHLD, self._on_child_signal)

    def _on_end_signal(self, _signal: int, _frame: FrameType | None) -> None:
        self._end_requested = True

    def _on_child_signal(self, _signal: int, _frame: FrameType | None) -> None:
        """Nothing to do: that a handler exists is what makes the signal wake the select below."""

    def request_end(self) -> None:
        """Ask for the end from inside, as a signal would from outside."""
        self._end_requested = True

    def check(self) -> None:
        """Raise ``EndRequested`` when the end has been asked for."""
        self._listen(0)
        if self._end_requested:
            raise EndRequested

    def wait_until(self, condition: Callable[[], bool], *, seconds: float, otherwise: Callable[[], str]) -> None:
        """Wait until ``condition`` holds.

        Raises ``StartupError`` with the sentence of ``otherwise`` after ``seconds``, and ``EndRequested`` as soon as
        the end is asked for. What the condition itself raises passes through.
        """
        if not self.wait_for(condition, seconds=seconds):
            raise StartupError(f"{otherwise()} within {seconds:g} s")

    def wait_for(self, condition: Callable[[], bool], *, seconds: float) -> bool:
        """Wait until ``condition`` holds, and no longer than ``seconds``; tells if it does. Raises ``EndRequested``."""
        deadline = time.monotonic() + seconds
        self.check()
        while not condition():
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                return False
            self._listen(min(POLL_SECONDS, remaining))
            if self._end_requested:
                raise EndRequested
        return True

    def next_line(self) -> str | None:
        """Wait for the next command line and return it; None when a child may have ended instead."""
        if not self._lines:
            self._listen(None)
        if self._end_requested:
            raise EndRequested
        return self._lines.popleft() if self._lines else None

    def _listen(self, seconds: float | None) -> None:
        """Take in what arrived on standard input, at most ``seconds`` later; return early when a signal arrives."""
        if self._end_requested:
            return
        readable, _, _ = select.select([self._stdin, self._wakeup_reader], [], [], seconds)
        if self._wakeup_reader in readable:
            os.read(self._wakeup_reader, 4096)
        if self._stdin in readable:
            self._take_in(os.read(self._stdin, 65536))

    def _take_in(self, data: bytes) -> None:
        if not data:
            self._end_requested = True
            return
        *lines, self._partial = (self._partial + data).split(b"\n")
        self._lines.extend(line.decode(errors="replace") for line in lines if line.strip())
