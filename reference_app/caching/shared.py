"""The one cache of this process: its connections, made on first use (after gunicorn has forked), and its trust."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, partial

import redis
from django.conf import settings

from reference_app.caching.cache_store import NewConnection, Store
from reference_app.caching.generations import move_on, new_generations
from reference_app.caching.keys import GENERATION_SECONDS
from reference_app.caching.pending import replay_moves
from reference_app.caching.trust import Trust


@cache
def shared_trust() -> Trust:
    """Return the trust of this process in Redis."""
    return Trust(lambda: replay_moves(partial(move_on, shared_store())))


@cache
def shared_store() -> Store:
    """Return the connections to the Redis of the setting REDIS_URL."""
    return Store(settings.REDIS_URL, greet=catch_up, failed=shared_trust().fail)


def catch_up(connection: NewConnection) -> None:
    """Replay on a new connection what Redis may have missed before it. Raises redis.ConnectionError if it cannot."""

    def move(topics: Iterable[str]) -> None:
        connection.put_many(new_generations(topics), seconds=GENERATION_SECONDS)

    if not replay_moves(move):
        raise redis.ConnectionError("the record of missed moves cannot be read")
