"""The connection to Redis. Values are plain bytes: nothing that is read from the cache is ever unpickled."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar, cast

import redis
from redis.backoff import NoBackoff
from redis.connection import AbstractConnection
from redis.retry import Retry

from reference_app.redis_clients import ThreadClients

TIMEOUT_SECONDS = 0.25  # a cache that takes longer than the database would is of no use
RELEASE = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0"

Value = TypeVar("Value")


class StoreAway(Exception):
    """Redis did not do what was asked: unreachable, too slow, or refusing (out of memory, loading)."""


class NewConnection:
    """A connection that has just been made, and that no other thread can use yet."""

    def __init__(self, connection: AbstractConnection) -> None:
        self._connection: Any = connection

    def put_many(self, values: Mapping[str, bytes], *, seconds: int) -> None:
        """Set all names for `seconds`. Raises redis.RedisError."""
        for name, value in values.items():
            self._connection.send_command("SET", name, value, "EX", seconds)
        for _ in values:
            self._connection.read_response()


class Store:
    """The few commands that caching needs; each raises StoreAway when it fails.

    `greet` is called with each new connection before anything else uses it; what it raises is the connection's failure.
    `failed` is called whenever a command fails.
    """

    def __init__(self, url: str, *, greet: Callable[[NewConnection], None], failed: Callable[[], None]) -> None:
        self._greet = greet
        self._failed = failed
        self._url = url
        self._clients = ThreadClients(self._connect, retried=(redis.ConnectionError, redis.TimeoutError))

    @property
    def _client(self) -> Any:
        """The client of this thread. Raises redis.RedisError when there is no server to connect to."""
        return self._clients.current

    def _connect(self) -> redis.Redis:
        return redis.Redis.from_url(
            self._url,
            single_connection_client=True,
            socket_timeout=TIMEOUT_SECONDS,
            socket_connect_timeout=TIMEOUT_SECONDS,
            retry=Retry(NoBackoff(), 1),  # once more on a new connection: the old one may be from before a restart
            redis_connect_func=self._welcome,
        )

    def _welcome(self, connection: AbstractConnection) -> None:
        connection.on_connect()  # type: ignore[no-untyped-call] # redis-py does not type it
        self._greet(NewConnection(connection))

    def _ask(self, command: Callable[[], Value]) -> Value:
        try:
            return command()
        except redis.RedisError as failure:
            self._failed()
            raise StoreAway(type(failure).__name__) from failure

    def get(self, name: str) -> bytes | None:
        """Return the value of `name`."""
        return self._ask(lambda: cast("bytes | None", self._clients.ask("GET", name)))

    def get_many(self, names: Sequence[str]) -> list[bytes | None]:
        """Return the values of all names, in their order."""
        return self._ask(lambda: cast("list[bytes | None]", self._clients.ask("MGET", *names)))

    def put(self, name: str, value: bytes, *, seconds: int) -> None:
        """Set `name` for `seconds`."""
        self._ask(lambda: self._client.set(name, value, ex=seconds))

    def put_many(self, values: Mapping[str, bytes], *, seconds: int) -> None:
        """Set all names in one transaction, for `seconds`."""

        def command() -> None:
            pipeline = self._client.pipeline(transaction=True)
            for name, value in values.items():
                pipeline.set(name, value, ex=seconds)
            pipeline.execute()

        self._ask(command)

    def add(self, name: str, value: bytes, *, milliseconds: int) -> bool:
        """Set `name` unless it exists; return True when it did not."""
        return self._ask(lambda: bool(self._client.set(name, value, px=milliseconds, nx=True)))

    def release(self, name: str, value: bytes) -> None:
        """Delete `name` if it still has this value: a lock that has expired may have another holder by now."""
        self._ask(lambda: self._client.eval(RELEASE, 1, name, value))
