"""Who keeps what went over the wire while one check ran."""

from __future__ import annotations

import threading
from collections import deque
from typing import Final

from spec.target.exchange import Exchange

KEPT: Final = 200
"""Exchanges kept a check: fuzzing makes thousands, a reader needs the last ones and those that a verdict names."""


class Recorder:
    """Collects exchanges and the secrets that stood in them. Thread-safe."""

    def __init__(self) -> None:
        self._exchanges: deque[Exchange] = deque(maxlen=KEPT)
        self._secrets: set[str] = set()
        self._count = 0
        self._lock = threading.Lock()

    def add(self, exchange: Exchange) -> None:
        """Keep an exchange."""
        with self._lock:
            self._exchanges.append(exchange)
            self._count += 1

    def add_secret(self, *values: str) -> None:
        """Remember values that must never be written: passwords and tokens."""
        with self._lock:
            self._secrets.update(value for value in values if value)

    def start_over(self) -> None:
        """Forget the exchanges, for the next check. Secrets stay: a later answer may still show them."""
        with self._lock:
            self._exchanges.clear()
            self._count = 0

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """The exchanges kept, oldest first."""
        with self._lock:
            return tuple(self._exchanges)

    @property
    def count(self) -> int:
        """How many there were, kept or not."""
        with self._lock:
            return self._count

    @property
    def secrets(self) -> frozenset[str]:
        """What must not be written."""
        with self._lock:
            return frozenset(self._secrets)
