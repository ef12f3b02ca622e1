"""Windows on a target's Redis servers: the server's own counts, to hold the target's words against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import redis
from pydantic import SecretStr

from reports.strict_model import StrictModel
from spec.catalogue import Need
from spec.target.windows import WindowUnusable
from spec.target.windows.option_types import SecretUrl
from spec.target.windows.window import Window, WindowContext


class RedisOptions(StrictModel):
    """A Redis server."""

    url: Annotated[SecretStr, SecretUrl(("redis://", "rediss://", "unix://"))]
    """Its URL, as redis-py reads it."""


@dataclass(frozen=True, slots=True)
class CacheCounts:
    """Look-ups since the server started, those that found something and those that did not; keys that there are.

    `changes` counts what was written since the server last saved its data, so it may start at zero again.
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
        """Read the server's counters now. Raises WindowUnusable when it does not say them."""
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

    def close(self) -> None:
        """Close the connections."""
        self._redis.close()


def open_redis(options: RedisOptions, context: WindowContext) -> CacheWindow:
    """Open the window; it connects when counts are asked for."""
    del context
    return CacheWindow(options.url.get_secret_value())


CACHE = Window(
    name="cache",
    shows="the server's own counts, held against `Cache-Status`",
    need=Need.CACHE,
    options=RedisOptions,
    open=open_redis,
)
COUNTERS = Window(
    name="counters", shows="the store of the rate counters", need=None, options=RedisOptions, open=open_redis
)
