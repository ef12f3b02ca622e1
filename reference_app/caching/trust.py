"""The trust of this process in what Redis answers.

A move of a generation is lost when Redis is away at that moment, and old entries would come back with it. Two things
keep them from being read:

- Redis has been away: every connection to it has ended. Each new connection replays the recorded moves before anything
  is read on it (`shared.catch_up`).
- Redis is there, and a command of this process has failed (too slow, no memory): the process is in doubt. Its reads go
  past the cache until a replay has succeeded. That is what this module keeps.
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
        self._doubts = 0
        self._settled = 0
        self._resume_at = 0.0

    @property
    def doubts(self) -> int:
        """The number of doubts so far; if it is unchanged around a read, the read may be trusted."""
        return self._doubts

    def fail(self) -> None:
        """Doubt after a failed command, and leave Redis alone for a moment."""
        with self._lock:
            self._doubts += 1
            self._resume_at = self._clock() + PAUSE_SECONDS

    def settled(self) -> bool:
        """Return whether Redis may be trusted; in doubt, lost moves are replayed first, though not during the pause."""
        doubts = self._doubts
        if self._settled == doubts:
            return True
        if self._clock() < self._resume_at or not self._replay():
            return False
        with self._lock:
            self._settled = max(self._settled, doubts)
        return self._settled == self._doubts
