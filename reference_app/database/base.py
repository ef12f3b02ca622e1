"""The database backend of the shop: Django's for PostgreSQL, except for how a dead connection of the pool is met.

A restart of the database kills every pooled connection. Django lets the pool check each connection as it is handed out,
and psycopg then pauses between the dead ones, twice as long each time: with eight of them a request gives up after five
seconds although the database has long been back. Here one dead connection condemns all that were made before it.

While the database is away, psycopg lets every request wait those five seconds, and soon no thread is left to answer
from the cache or to say that the shop is not ready. Here, unless the database has answered and not failed since, a
request asks it itself before it asks the pool, and fails as soon as that does. A database that hangs lets it wait for
three seconds; what else the same request would ask then fails at once.
"""

from __future__ import annotations

import math
import time
from typing import Any

import psycopg
from django.db.backends.postgresql import base

PAUSE_SECONDS = 0.25  # after a failure a thread does not ask again for so long, unless for another request

trusted: set[str] = set()  # aliases of databases that have answered and not failed since, as this process knows


class DatabaseWrapper(base.DatabaseWrapper):
    """Hands out connections that answer. Needs CONN_HEALTH_CHECKS to be off where there is a pool."""

    failed_at = -math.inf  # when this thread last asked without an answer (monotonic seconds)

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Return a connection that answers. Raises psycopg.OperationalError when the database does not."""
        if self.pool is None:
            return super().get_new_connection(conn_params)
        if self.alias not in trusted:
            self.ask_server(conn_params)
        connection = self.take(conn_params)
        if not answers(connection):
            trusted.discard(self.alias)
            self.pool.drain()
            self.pool.putconn(connection)
            self.ask_server(conn_params)
            connection = self.take(conn_params)  # made after the drain, so by the database as it is now
        trusted.add(self.alias)
        return connection

    def ask_server(self, conn_params: dict[str, Any]) -> None:
        """Connect past the pool. Raises psycopg.OperationalError, at once where that has just failed."""
        if time.monotonic() - self.failed_at < PAUSE_SECONDS:
            raise psycopg.OperationalError("the database did not answer a moment ago")
        try:
            psycopg.connect(**conn_params).close()
        except psycopg.OperationalError:
            self.failed_at = time.monotonic()
            raise

    def close_if_unusable_or_obsolete(self) -> None:
        """Forget the last failure; Django calls this where a request begins and ends."""
        super().close_if_unusable_or_obsolete()
        self.failed_at = -math.inf

    def take(self, conn_params: dict[str, Any]) -> Any:
        """Return a connection of the pool, which may be dead.

        Raises psycopg.OperationalError when there is none in time.
        """
        try:
            return super().get_new_connection(conn_params)
        except psycopg.OperationalError:
            trusted.discard(self.alias)
            raise


def answers(connection: psycopg.Connection[Any]) -> bool:
    """Return whether the server is still behind a connection; costs one round trip."""
    try:
        connection.execute("")
    except psycopg.OperationalError:
        return False
    return True
