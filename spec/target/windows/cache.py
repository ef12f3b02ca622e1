"""Window on a target's Redis: what the server itself counts, against what the target says of itself."""

from __future__ import annotations

from dataclasses import dataclass

import redis


@dataclass(frozen=True, slots=True)
class CacheCounts:
    """Look-ups since the server started: those that found something and those that did not."""

    hits: int
    misses: int
    keys: int


class CacheWindow:
    """Reads `INFO` of a Redis; changes nothing."""

    def __init__(self, url: str) -> None:
        self._redis = redis.Redis.from_url(url, socket_timeout=5, socket_connect_timeout=5)

    def counts(self) -> CacheCounts:
        """The server's counters now. Raises redis.RedisError when it does not answer."""
        stats = self._redis.info("stats")
        return CacheCounts(int(stats["keyspace_hits"]), int(stats["keyspace_misses"]), int(self._redis.dbsize()))
