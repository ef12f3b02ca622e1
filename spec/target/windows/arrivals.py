"""The common part of sinks, which the run itself listens with: things arrive, and a check waits for them."""

from __future__ import annotations

import threading
from typing import Generic, TypeVar

from spec.target.windows import WindowUnusable

T = TypeVar("T")


class Arrivals(Generic[T]):
    """Things in the order in which they arrived, up to a number and a size where these are given. Thread-safe."""

    def __init__(self, most: int | None = None, most_bytes: int | None = None) -> None:
        self._things: list[T] = []
        self._bytes = 0
        self._most = most
        self._most_bytes = most_bytes
        self._changed = threading.Condition()

    def add(self, *things: T, size: int = 0) -> bool:
        """Take in things that came together, of so many bytes. Return False, and take none, where there is no room."""
        with self._changed:
            if self._most is not None and len(self._things) + len(things) > self._most:
                return False
            if self._most_bytes is not None and self._bytes + size > self._most_bytes:
                return False
            self._things += things
            self._bytes += size
            self._changed.notify_all()
            return True

    @property
    def all(self) -> tuple[T, ...]:
        """Everything that has arrived so far."""
        with self._changed:
            return tuple(self._things)

    def wait_for(self, count: int, seconds: float, quiet_seconds: float = 0.0) -> tuple[T, ...]:
        """Return everything as soon as so many things have arrived, or what there is after so many seconds.

        With `quiet_seconds`, wait on from there until nothing more has come for so long: one too many may come late.
        """
        with self._changed:
            self._changed.wait_for(lambda: len(self._things) >= count, seconds)
            seen = -1
            while quiet_seconds and seen != len(self._things):
                seen = len(self._things)
                self._changed.wait(quiet_seconds)
            return tuple(self._things)


def host_and_port(listen: str) -> tuple[str, int]:
    """Split an address to listen at, which its option's type has checked."""
    host, _, port = listen.rpartition(":")
    return host.strip("[]"), int(port)


def cannot_listen(name: str, listen: str, error: OSError) -> WindowUnusable:
    """Say that a sink could not open."""
    return WindowUnusable(f"the sink for {name} cannot listen at {listen} ({error.strerror or error})")
