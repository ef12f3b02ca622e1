"""Readiness of the database and the cache, found without the pools that requests wait for."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import psycopg
import redis
from django.conf import settings
from django.db import connection
from redis.backoff import NoBackoff
from redis.retry import Retry

CONNECT_SECONDS = 2
CACHE_SECONDS = 1.0
FRESH_SECONDS = 0.25  # at most four looks a second, however many probes arrive
PATIENCE_SECONDS = 1.0  # a service that takes longer to say that it is there is of no use to requests either
MOST_WAITING = 2  # threads of a worker, beside the one that looks


@dataclass(frozen=True)
class Readiness:
    """The services that answer."""

    database: bool
    cache: bool

    @property
    def ready(self) -> bool:
        """True when both answer."""
        return self.database and self.cache


class ServiceProbe:
    """The state of one service for many probes: they are open to the public, and must not flood it with connections.

    One thread looks at a time, and what it finds is the answer for the next FRESH_SECONDS. A probe that comes during a
    look is told that the service is down if the last look found it so, and waits for the result otherwise. Of those,
    two wait; more are told what the last look found. A look that takes longer than PATIENCE_SECONDS means "down" to all
    of them.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._up = False  # unknown before the first look, so no traffic is sent here
        self._found_at = float("-inf")
        self._looking_since: float | None = None
        self._waiting = 0

    def check(self, answers: Callable[[], bool]) -> bool:
        """Return whether the service is up.

        `answers` is the look, made where one is due. What it raises is passed on.
        """
        with self._changed:
            if time.monotonic() - self._found_at < FRESH_SECONDS:
                return self._up
            if self._looking_since is not None:
                return self._ask_who_looks(self._looking_since)
            self._looking_since = time.monotonic()
        up = False
        try:
            up = answers()
        finally:
            with self._changed:
                self._up, self._found_at, self._looking_since = up, time.monotonic(), None
                self._changed.notify_all()
        return up

    def _ask_who_looks(self, since: float) -> bool:
        """Return what the look in progress finds, or the last result meanwhile; the lock is held."""
        left = since + PATIENCE_SECONDS - time.monotonic()
        if left <= 0:
            return False
        never_looked = self._found_at == float("-inf")
        if self._waiting >= MOST_WAITING or not (self._up or never_looked):
            return self._up
        self._waiting += 1
        try:
            found = self._changed.wait_for(lambda: self._looking_since != since, left)
        finally:
            self._waiting -= 1
        return found and self._up


class ReadinessProbe:
    """Both services, each looked at apart, so that one that hangs does not make the other look down."""

    def __init__(self) -> None:
        self._database = ServiceProbe()
        self._cache = ServiceProbe()

    def check(self) -> Readiness:
        """Return the state of both services, within CONNECT_SECONDS and CACHE_SECONDS together."""
        return Readiness(
            database=self._database.check(database_answers),
            cache=self._cache.check(lambda: cache_answers(settings.REDIS_URL)),
        )


def database_answers() -> bool:
    """Return whether the database accepts a connection within two seconds.

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
    """Return whether the cache answers a PING within a second."""
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
