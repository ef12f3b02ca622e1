"""The database backend of the shop: Django's for PostgreSQL, except for how a dead connection of the pool is met.

A restart of the database kills every pooled connection. Django lets the pool check each connection as it is handed out,
and psycopg then pauses between the dead ones, twice as long each time: with eight of them a request gives up after five
seconds although the database has long been back. Here one dead connection condemns all that were made before it.
"""

from __future__ import annotations

from typing import Any

import psycopg
from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """Hands out connections that answer. Needs CONN_HEALTH_CHECKS to be off where there is a pool."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """A connection that answers. Raises psycopg.OperationalError when the database does not."""
        connection = super().get_new_connection(conn_params)
        if self.pool is None or answers(connection):
            return connection
        self.pool.drain()
        self.pool.putconn(connection)
        return super().get_new_connection(conn_params)  # made after the drain, so by the database as it is now


def answers(connection: psycopg.Connection[Any]) -> bool:
    """Whether the server is still behind a connection; costs one round trip."""
    try:
        connection.execute("")
    except psycopg.OperationalError:
        return False
    return True
