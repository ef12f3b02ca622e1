"""What a person sees while the servers start: one line on standard error for each step, with its time."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress


def report(message: str) -> None:
    """Write one line; that nobody reads it any more is no reason to fail."""
    with suppress(BrokenPipeError, ValueError):
        sys.stderr.write(f"[supervisor] {message}\n")
        sys.stderr.flush()


@contextmanager
def timed(message: str) -> Iterator[None]:
    """Report ``message`` with the seconds that the block took, when it succeeds."""
    started = time.monotonic()
    yield
    report(f"{message} in {time.monotonic() - started:.1f} s")
