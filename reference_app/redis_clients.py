"""Redis for many threads: a client for each, on a connection of its own.

A pool costs more than the command that is sent: its lock, a `select` to see whether the connection is still good, and
the bookkeeping of the client. A server has a fixed number of threads, so each of them keeps its connection. A process
that forks takes its sockets along, so a client also belongs to the process that made it: two that read from one socket
would get each other's answers.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Any

import redis

Value = str | bytes | int


class ThreadClients:
    """Makes a client for each thread of each process when it first asks.

    `connect` opens one, with `single_connection_client`.
    A command that fails with one of `retried` is sent once more, on a new connection: the old one may be from before a
    restart of Redis.
    """

    def __init__(self, connect: Callable[[], redis.Redis], *, retried: tuple[type[redis.RedisError], ...]) -> None:
        self._connect = connect
        self._retried = retried
        self._local = threading.local()

    @property
    def current(self) -> Any:
        """The client of this thread. Raises redis.RedisError when there is no server to connect to."""
        process = os.getpid()
        if getattr(self._local, "process", None) != process:
            self._local.client = self._connect()
            self._local.process = process
        return self._local.client

    def ask(self, *command: Value) -> Any:
        """Send one command past the bookkeeping of the client; return the answer of Redis. Raises redis.RedisError."""
        connection = self.current.connection
        try:
            connection.send_command(*command)
            return connection.read_response()
        except self._retried:  # the connection has closed itself, and opens again
            connection.send_command(*command)
            return connection.read_response()
