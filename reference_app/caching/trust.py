"""Whether what Redis says may be believed.

A move of a generation is lost when Redis is away at that moment, and old entries would come back with it. So doubt
arises with every failed command and with every new connection (the server may have been away, restarted, or replaced);
it ends when the moves recorded in the database have been replayed. While in doubt, reads go past the cache.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

PAUSE_SECONDS = 0.5  # after a failure, Redis is left alone for so long: an outage costs no request a time-out each


class Trust:
    """The state of one process; safe to use from many threads."""

    def __init__(self, replay: Callable[[], bool], clock: Callable[[], float] = time.monotonic) -> None:
        self._replay = replay
        self._clock = clock
        self._lock = threading.Lock()
        self._doubts = 1
        self._settled = 0
        self._resume_at = 0.0

    @property
    def doubts(self) -> int:
        """How often doubt has arisen. Unchanged around a read means that the read may be believed."""
        return self._doubts

    def doubt(self) -> None:
        """There is a new connection: something may have been missed."""
        with self._lock:
            self._doubts += 1

    def fail(self) -> None:
        """A command has failed: doubt, and leave Redis alone for a moment."""
        with self._lock:
            self._doubts += 1
            self._resume_at = self._clock() + PAUSE_SECONDS

    def pausing(self) -> bool:
        """True for a moment after a failure."""
        return self._clock() < self._resume_at

    def settled(self) -> bool:
        """True when Redis may be believed. In doubt, this replays what was lost first; it never waits for others."""
        for _ in range(2):  # the replay itself may need a new connection
            doubts = self._doubts
            if self._settled == doubts:
                return True
            if self.pausing() or not self._replay():
                return False
            with self._lock:
                self._settled = max(self._settled, doubts)
        return self._settled == self._doubts
