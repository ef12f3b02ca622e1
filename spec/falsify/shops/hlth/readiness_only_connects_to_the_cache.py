"""Readiness reports a cache as up that accepts connections and never answers."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"HLTH-006": "DEPENDENCY_NOT_REPORTED"}


def break_shop() -> None:
    """Connect to the cache and ask nothing."""
    wrap("reference_app.observability.readiness:cache_answers", lambda right: _accepts)


def _accepts(url: str) -> bool:
    import redis

    # Protocol 2 says nothing on connecting, so a cache that hangs is not noticed.
    connection: Any = redis.Redis.from_url(
        url, protocol=2, lib_name=None, lib_version=None
    ).connection_pool.make_connection()
    try:
        connection.connect()
    except (redis.RedisError, OSError):
        return False
    connection.disconnect()
    return True
