"""Keep count of what one check sees, and of the secrets that must not be written."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, TypeVar

from spec.target.exchange import Exchange
from spec.target.observations import Observation, ObservationKind

Seen = TypeVar("Seen", bound=Observation)

KEPT: Final = 200
"""Exchanges kept of a check: fuzzing makes thousands, and only the last are looked at again."""
NULL_VARIABLE: Final = "SHOPSPEC_NULL_KIND"
"""Set by falsify alone: the kind of observation that is replaced by what a target shows that does nothing."""


class Recorder:
    """Counts observations, keeps the last exchanges and all secrets. Thread-safe.

    `nulled` is the kind of observation that `observe` replaces by its null; None in every run but falsify's own.
    """

    def __init__(self, nulled: ObservationKind | None = None) -> None:
        self._nulled = nulled
        self._exchanges: deque[Exchange] = deque(maxlen=KEPT)
        self._secrets: set[str] = set()
        self._kinds: set[ObservationKind] = set()
        self._count = 0
        self._watchers: list[Callable[[Exchange], None]] = []
        self._lock = threading.Lock()

    def watch(self, watcher: Callable[[Exchange], None]) -> None:
        """Show every exchange from now on to a watcher as well, on the thread that had it."""
        self._watchers.append(watcher)

    @contextmanager
    def watched(self, watcher: Callable[[Exchange], None]) -> Iterator[None]:
        """Show every exchange to a watcher for the length of a block."""
        self._watchers.append(watcher)
        try:
            yield
        finally:
            self._watchers.remove(watcher)

    def add(self, exchange: Exchange, *, examined: bool = False) -> None:
        """Count an exchange. Only one under examination makes exchanges a kind that the check has examined."""
        with self._lock:
            self._exchanges.append(exchange)
            self._count += 1
            if examined:
                self._kinds.add(exchange.kind)
        for watcher in tuple(self._watchers):
            watcher(exchange)

    def observe(self, observation: Seen) -> Seen:
        """Count any other observation, and return it as the check is to see it: itself, or its null."""
        with self._lock:
            self._count += 1
            self._kinds.add(observation.kind)
        return observation.nulled() if observation.kind is self._nulled else observation

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Leave out of what the present check has examined what is observed in a block, for others to judge."""
        with self._lock:
            kinds = set(self._kinds)
        try:
            yield
        finally:
            with self._lock:
                self._kinds = kinds

    def credit(self, count: int, *kinds: ObservationKind) -> None:
        """Count observations that were made before the present check began, and that it examines."""
        with self._lock:
            self._count += count
            self._kinds.update(kinds)

    def add_secret(self, *values: str) -> None:
        """Remember values that must never be written: passwords and tokens."""
        with self._lock:
            self._secrets.update(value for value in values if value)

    def start_over(self) -> None:
        """Forget the observations, for the next check. Secrets stay: a later answer may still show them."""
        with self._lock:
            self._exchanges.clear()
            self._kinds.clear()
            self._count = 0

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """The exchanges kept, oldest first."""
        with self._lock:
            return tuple(self._exchanges)

    @property
    def count(self) -> int:
        """The number of observations, kept or not."""
        with self._lock:
            return self._count

    @property
    def kinds(self) -> frozenset[ObservationKind]:
        """The kinds of observation that were examined."""
        with self._lock:
            return frozenset(self._kinds)

    @property
    def secrets(self) -> frozenset[str]:
        """Values that must not be written."""
        with self._lock:
            return frozenset(self._secrets)
