"""The one cache of this process: its connection, made on first use (after gunicorn has forked), and its trust."""

from __future__ import annotations

from functools import cache

from django.conf import settings

from reference_app.caching.pending import replay_moves
from reference_app.caching.store import Store
from reference_app.caching.trust import Trust


@cache
def shared_trust() -> Trust:
    """Whether Redis may be believed, as this process knows it."""
    return Trust(lambda: replay_moves(shared_store()))


@cache
def shared_store() -> Store:
    """The connection to the Redis of the setting REDIS_URL."""
    trust = shared_trust()
    return Store(settings.REDIS_URL, greeted=trust.doubt, failed=trust.fail)
