"""Window on a target's PostgreSQL: which statements it ran, told by the server itself.

The server's own statement log is used, because every PostgreSQL has it (`pg_stat_statements` is a contrib module that
not every installation brings). Statement logging is switched on only while statements are counted.
"""

from __future__ import annotations

import json
import re
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psycopg

SETTLE_SECONDS: Final = 10.0
POLL_SECONDS: Final = 0.02
_TRANSACTION_CONTROL: Final = re.compile(
    r"^(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SET|DEALLOCATE|DISCARD)\b", re.IGNORECASE
)
_STATEMENT: Final = re.compile(r"^(?:statement|execute [^:]*): (.*)", re.DOTALL)


class WindowUnusable(Exception):  # noqa: N818 - the name says it
    """The window was granted but cannot be looked through; the message says why."""


class StatementLog:
    """The statements that others ran while the window was open."""

    def __init__(self) -> None:
        self.statements: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.statements)


class DatabaseWindow:
    """A superuser's connection and the server's JSON log."""

    def __init__(self, url: str, log: Path | None) -> None:
        self._url = url
        self._log = log
        self._connection: psycopg.Connection | None = None

    def _connect(self) -> psycopg.Connection:
        if self._connection is None or self._connection.closed or self._connection.broken:
            self._connection = psycopg.connect(self._url, autocommit=True, connect_timeout=5)
        return self._connection

    @contextmanager
    def watch(self) -> Iterator[StatementLog]:
        """Collect every statement that other connections run inside the block.

        Transaction control does not count. Raises WindowUnusable where the log does not show what it should.
        """
        if self._log is None:
            raise WindowUnusable("the target grants its database, but not the server's log")
        connection = self._connect()
        watched = StatementLog()
        connection.execute("ALTER SYSTEM SET log_statement = 'all'")
        connection.execute("SELECT pg_reload_conf()")
        try:
            # Backends take the setting over when they next go idle; our own marker shows that the log has begun, and
            # the callers' own twin (a read that must cost statements) that the target's backends have.
            start = self._mark(connection)
            yield watched
            end = self._mark(connection)
            watched.statements = self._between(start, end, connection.info.backend_pid)
        finally:
            connection.execute("ALTER SYSTEM RESET log_statement")
            connection.execute("SELECT pg_reload_conf()")

    def _mark(self, connection: psycopg.Connection) -> str:
        deadline = time.monotonic() + SETTLE_SECONDS
        while time.monotonic() < deadline:
            marker = f"shopspec-marker-{uuid.uuid4().hex}"
            connection.execute(f"SELECT '{marker}'".encode())
            seen_by = time.monotonic() + 0.5
            while time.monotonic() < seen_by:
                if marker in self._read():
                    return marker
                time.sleep(POLL_SECONDS)
        raise WindowUnusable("the database's log shows no statement, although logging was switched on")

    def _read(self) -> str:
        if self._log is None or not self._log.exists():
            return ""
        return self._log.read_text(encoding="utf-8", errors="replace")

    def _between(self, start: str, end: str, own_pid: int) -> tuple[str, ...]:
        text = self._read()
        inside = text[text.index(start) : text.index(end)].splitlines()[1:]
        found = []
        for line in inside:
            try:
                entry = json.loads(line)
            except ValueError:
                continue
            statement = _STATEMENT.match(str(entry.get("message", "")))
            if entry.get("pid") == own_pid or not statement or _TRANSACTION_CONTROL.match(statement[1]):
                continue
            found.append(statement[1])
        return tuple(found)

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
