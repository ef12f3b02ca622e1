"""The database backend of the shop: Django's for PostgreSQL, except for how a dead connection of the pool is met.

A restart of the database kills every pooled connection. Django lets the pool check each connection as it is handed out,
and psycopg then pauses between the dead ones, twice as long each time: with eight of them a request gives up after five
seconds although the database has long been back. Here one dead connection condemns all that were made before it.

While the database is away, psycopg lets every request wait those five seconds, and soon no thread is left to answer
from the cache or to say that the shop is not ready. Here, from the first failure on, a request asks the database itself
before it asks the pool, and fails as soon as that does.
"""

from __future__ import annotations

from typing import Any

import psycopg
from django.db.backends.postgresql import base

doubted: set[str] = set()  # aliases of databases that have failed and not answered since, as this process knows


class DatabaseWrapper(base.DatabaseWrapper):
    """Hands out connections that answer. Needs CONN_HEALTH_CHECKS to be off where there is a pool."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """A connection that answers. Raises psycopg.OperationalError when the database does not."""
        if self.pool is None:
            return super().get_new_connection(conn_params)
        if self.alias in doubted:
            psycopg.connect(**conn_params).close()
        connection = self.take(conn_params)
        if not answers(connection):
            doubted.add(self.alias)
            self.pool.drain()
            self.pool.putconn(connection)
            psycopg.connect(**conn_params).close()
            connection = self.take(conn_params)  # made after the drain, so by the database as it is now
        doubted.discard(self.alias)
        return connection

    def take(self, conn_params: dict[str, Any]) -> Any:
        """A connection of the pool, which may be dead. Raises psycopg.OperationalError when there is none in time."""
        try:
            return super().get_new_connection(conn_params)
        except psycopg.OperationalError:
            doubted.add(self.alias)
            raise


def answers(connection: psycopg.Connection[Any]) -> bool:
    """Whether the server is still behind a connection; costs one round trip."""
    try:
        connection.execute("")
    except psycopg.OperationalError:
        return False
    return True
