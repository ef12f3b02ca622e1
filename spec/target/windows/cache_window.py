"""Window on a target's Redis: what the server itself counts, against what the target says of itself."""

from __future__ import annotations

from dataclasses import dataclass

import redis

from spec.target.windows import WindowUnusable


@dataclass(frozen=True, slots=True)
class CacheCounts:
    """Look-ups since the server started, those that found something and those that did not; keys that there are.

    `changes` counts what was written since the server last saved its data, so it may begin anew.
    """

    hits: int
    misses: int
    keys: int
    changes: int


class CacheWindow:
    """Reads `INFO` of a Redis; changes nothing."""

    def __init__(self, url: str) -> None:
        self._redis = redis.Redis.from_url(url, socket_timeout=5, socket_connect_timeout=5)

    def counts(self) -> CacheCounts:
        """The server's counters now. Raises WindowUnusable when it does not say them."""
        try:
            told, keys = self._redis.info(), self._redis.dbsize()
            return CacheCounts(
                hits=int(told["keyspace_hits"]),
                misses=int(told["keyspace_misses"]),
                keys=int(keys),
                changes=int(told["rdb_changes_since_last_save"]),
            )
        except redis.RedisError as error:
            raise WindowUnusable(f"the cache's window failed: {error}") from error
        except KeyError as error:
            raise WindowUnusable(f"the cache's server does not tell {error}") from error
