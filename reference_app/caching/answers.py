"""A cached answer, or a fresh one: produced once however many wait for it, and never kept past a change.

The generation is read before the database is. A reader that is overtaken by a write therefore stores what it saw under a
generation that nobody asks for any more.
"""

from __future__ import annotations

import random
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from reference_app.caching.generations import read_generations
from reference_app.caching.keys import LOCK_MILLISECONDS, AnswerKey, answer_name, lock_name
from reference_app.caching.shared import shared_store, shared_trust
from reference_app.caching.store import Store, StoreAway
from reference_app.caching.trust import Trust

JITTER = 0.1  # lifetimes differ by up to so much, so that what was stored together does not expire together
POLL_SECONDS = 0.005
PATIENCE_SECONDS = LOCK_MILLISECONDS / 1000

jitter = random.Random()  # noqa: S311 -- spreads expiry, guards nothing
never = threading.Event()


class Origin(StrEnum):
    """Where an answer came from, as Cache-Status says it (RFC 9211)."""

    HIT = "shop; hit"
    MISS = "shop; fwd=miss"
    BYPASS = "shop; fwd=bypass"


@dataclass(frozen=True, slots=True)
class Answer:
    """The bytes of a 200 answer."""

    body: bytes
    origin: Origin


def fetch(key: AnswerKey, produce: Callable[[], bytes]) -> Answer:
    """The answer of `key`. `produce` renders it from the database; what it raises is passed on and never kept."""
    return Fetch(key, produce, shared_store(), shared_trust()).run()


@dataclass(slots=True)
class Fetch:
    """One search for one answer."""

    key: AnswerKey
    produce: Callable[[], bytes]
    store: Store
    trust: Trust

    def run(self) -> Answer:
        """Hit, miss, or bypass when Redis is away or in doubt."""
        try:
            for _ in range(2):  # a new connection on the way raises doubt; with that settled, look once more
                doubts = self.trust.doubts
                if not self.trust.settled():
                    break
                found = self.find(self.trust.doubts)
                if found is not None:
                    return found
                if self.trust.doubts == doubts:
                    break
        except StoreAway:
            pass
        return Answer(self.produce(), Origin.BYPASS)
