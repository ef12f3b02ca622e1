"""A cached answer, or a fresh one: produced once however many wait for it, and never kept past a change.

The generation is read before the database is. A reader that is overtaken by a write therefore stores what it saw under
a generation that is not read any more.
"""

from __future__ import annotations

import random
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

from reference_app.caching.cache_store import Store, StoreAway
from reference_app.caching.generations import read_under_generations
from reference_app.caching.keys import LOCK_MILLISECONDS, AnswerKey, lock_name
from reference_app.caching.shared import shared_store, shared_trust
from reference_app.caching.trust import Trust

JITTER = 0.1  # lifetimes differ by up to so much, so that what was stored together does not expire together
POLL_SECONDS = 0.005
PATIENCE_SECONDS = LOCK_MILLISECONDS / 1000

jitter = random.Random()  # noqa: S311 -- spreads expiry, guards nothing


class Origin(StrEnum):
    """The origin of an answer, as Cache-Status states it (RFC 9211)."""

    HIT = "shop; hit"
    MISS = "shop; fwd=miss"
    BYPASS = "shop; fwd=bypass"


@dataclass(frozen=True, slots=True)
class Answer:
    """The bytes of a 200 answer."""

    body: bytes
    origin: Origin


def fetch(key: AnswerKey, produce: Callable[[], bytes]) -> Answer:
    """Return the answer of `key`. `produce` renders it from the database; what it raises is passed on, never kept."""
    store, trust = shared_store(), shared_trust()
    try:
        name, body = look_up(key, store, trust)
        if body is not None:
            return Answer(body, Origin.HIT)
        lock, token = lock_name(name), secrets.token_bytes(16)
        body = wait_for_turn(store, name, lock, token)
    except StoreAway:
        return Answer(produce(), Origin.BYPASS)
    if body is not None:
        return Answer(body, Origin.HIT)
    try:
        body = produce()
        keep(store, name, body, key.seconds)
    finally:
        let_go(store, lock, token)
    return Answer(body, Origin.MISS)


def look_up(key: AnswerKey, store: Store, trust: Trust) -> tuple[str, bytes | None]:
    """Return name and bytes of the answer under the current generations. Raises StoreAway, also while in doubt."""
    doubts = trust.doubts
    if trust.settled():
        name, body = read_under_generations(store, key)
        if trust.doubts == doubts:
            return name, body
    raise StoreAway("in doubt")


def wait_for_turn(store: Store, name: str, lock: str, token: bytes) -> bytes | None:
    """Wait for the lock on an answer; return the bytes if another reader stores them first, else None.

    After None the caller has to produce the answer: it has the lock, or has waited for longer than a lock lives.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not store.add(lock, token, milliseconds=LOCK_MILLISECONDS) and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
        body = store.get(name)
        if body is not None:
            return body
    body = store.get(name)  # stored between the first look and the lock
    if body is not None:
        store.release(lock, token)
    return body


def keep(store: Store, name: str, body: bytes, seconds: int) -> None:
    """Store an answer; when Redis is away, the answer is good nevertheless."""
    with suppress(StoreAway):
        store.put(name, body, seconds=round(seconds * (1 - JITTER * jitter.random())))


def let_go(store: Store, lock: str, token: bytes) -> None:
    """Release the lock; one that cannot be released expires."""
    with suppress(StoreAway):
        store.release(lock, token)
