"""End a run cleanly when it is told to, and when the process that started it is gone."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import Final

WATCH_SECONDS: Final = 0.5


def interrupt_on_signals() -> None:
    """SIGTERM ends a run as Ctrl-C does: with what was found so far. A second signal does not disturb the writing."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        del frame
        ignore_signals()
        raise KeyboardInterrupt(signal.Signals(number).name)

    signal.signal(signal.SIGTERM, interrupt)
    signal.signal(signal.SIGINT, interrupt)


def ignore_signals() -> None:
    """From here on the process finishes what it does; children that it starts inherit this."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def interrupt_when_orphaned(interrupt: Callable[[], None] | None = None) -> None:
    """Watch the parent: killed with -9 it sends no signal, and a run that nobody reads must not go on.

    `interrupt` ends the run in another way than by SIGTERM; it is called in a thread of its own.
    """
    parent = os.getppid()
    end = interrupt or (lambda: os.kill(os.getpid(), signal.SIGTERM))

    def watch() -> None:
        while os.getppid() == parent:
            threading.Event().wait(WATCH_SECONDS)
        end()

    threading.Thread(target=watch, daemon=True, name="parent watch").start()
