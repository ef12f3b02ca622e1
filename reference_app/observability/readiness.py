"""Whether the database and the cache answer, found out without the pools that requests wait for."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

import psycopg
import redis
from django.conf import settings
from django.db import connection
from redis.backoff import NoBackoff
from redis.retry import Retry

CONNECT_SECONDS = 2
CACHE_SECONDS = 1.0
FRESH_SECONDS = 0.05  # so soon after a look another would not tell more
USABLE_SECONDS = 4.0


@dataclass(frozen=True)
class Readiness:
    """What answered, and when (monotonic seconds)."""

    database: bool
    cache: bool
    found_at: float

    @property
    def ready(self) -> bool:
        """Whether both answered."""
        return self.database and self.cache


class ReadinessProbe:
    """One look at a time in a process: probes are open to anybody and must not become a flood of connections.

    While one look is in progress, others are answered from the last one if that found something down, so that hanging
    services cannot occupy every thread of a worker. What was found up may have gone since, and is looked at again.
    """

    def __init__(self) -> None:
        self._looking = threading.Lock()
        self._last: Readiness | None = None

    def check(self) -> Readiness:
        """The state of both services: what is up was up a moment ago, what is down was so four seconds ago at most."""
        last = self._last
        if last is not None and time.monotonic() - last.found_at < FRESH_SECONDS:
            return last
        usable = last is not None and not last.ready and time.monotonic() - last.found_at < USABLE_SECONDS
        if last is not None and usable and self._looking.locked():
            return last
        with self._looking:
            if self._last is not None and time.monotonic() - self._last.found_at < FRESH_SECONDS:
                return self._last
            self._last = Readiness(
                database=database_answers(), cache=cache_answers(settings.REDIS_URL), found_at=time.monotonic()
            )
            return self._last


def database_answers() -> bool:
    """Whether the database accepts a connection within two seconds.

    A new connection is ready only after a backend process has started, authenticated and said so; a pooled one would
    say nothing about a server that is stopped, and would have to be taken from requests.
    """
    parameters = connection.get_connection_params()
    for name in ("pool", "cursor_factory", "context"):
        parameters.pop(name, None)
    try:
        psycopg.connect(**{**parameters, "connect_timeout": CONNECT_SECONDS}).close()
    except psycopg.Error:
        return False
    return True


def cache_answers(url: str) -> bool:
    """Whether the cache answers a PING within a second."""
    client = redis.Redis.from_url(
        url,
        socket_timeout=CACHE_SECONDS,
        socket_connect_timeout=CACHE_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()


probe = ReadinessProbe()
