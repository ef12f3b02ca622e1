"""Window on a target's PostgreSQL: which statements it ran, told by the server itself.

The server's own statement log is used, because every PostgreSQL has it (`pg_stat_statements` is a contrib module that
not every installation brings). Statement logging is switched on only while statements are counted.
"""

from __future__ import annotations

import json
import os
import re
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psycopg
from psycopg import sql

from spec.target.windows import WindowUnusable

SETTLE_SECONDS: Final = 10.0
POLL_SECONDS: Final = 0.02
_TRANSACTION_CONTROL: Final = re.compile(
    r"^(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SET|DEALLOCATE|DISCARD)\b", re.IGNORECASE
)
_STATEMENT: Final = re.compile(r"^(?:statement|execute [^:]*): (.*)", re.DOTALL)
_ALTERED: Final = "%postgresql.auto.conf"
"""Where ALTER SYSTEM keeps its settings."""


class StatementLog:
    """The statements that others ran while the window was open."""

    def __init__(self) -> None:
        self.statements: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.statements)


class DatabaseWindow:
    """A superuser's connection, which alone may change what the server logs, and the server's JSON log."""

    def __init__(self, url: str, log: Path | None) -> None:
        self._url = url
        self._log = log
        self._connection: psycopg.Connection | None = None

    @contextmanager
    def watch(self) -> Iterator[StatementLog]:
        """Collect every statement that other connections run inside the block.

        Transaction control does not count. Raises WindowUnusable where the log does not show what it should.
        """
        if self._log is None:
            raise WindowUnusable("the target grants its database, but not the server's log")
        watched = StatementLog()
        with _refusals():
            connection = self._connect()
            before = _log_every_statement(connection)
        try:
            # Backends take the setting over when they next go idle; our own marker shows that the log has begun, and
            # the callers' own twin (a read that must cost statements) that the target's backends have.
            tail = _LogTail(self._log)
            start = _mark(connection, tail)
            yield watched
            end = _mark(connection, tail)
            _, begun, text = tail.read().partition(start)
            if not begun:
                raise WindowUnusable("the database's log was begun anew while statements were counted")
            inside = text.partition(end)[0].splitlines()[1:]
            watched.statements = tuple(_statements(inside, connection.info.backend_pid))
        finally:
            with _refusals():
                _set_log_statement(connection, before)

    def _connect(self) -> psycopg.Connection:
        if self._connection is None or self._connection.closed or self._connection.broken:
            self._connection = psycopg.connect(self._url, autocommit=True, connect_timeout=5)
        return self._connection

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()


class _LogTail:
    """What is written to a log from now on; all that there is where it was begun anew since."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = path.stat().st_size if path.exists() else 0

    def read(self) -> str:
        try:
            with self._path.open("rb") as log:
                begun_anew = log.seek(0, os.SEEK_END) < self._offset
                log.seek(0 if begun_anew else self._offset)
                return log.read().decode("utf-8", errors="replace")
        except FileNotFoundError:
            return ""
        except OSError as error:
            raise WindowUnusable(f"the database's log {self._path} cannot be read ({error.strerror})") from error


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except psycopg.errors.InsufficientPrivilege as error:
        message = "counting statements takes a superuser of the database, who may switch statement logging on"
        raise WindowUnusable(f"{message}: {error.diag.message_primary}") from error
    except psycopg.Error as error:
        raise WindowUnusable(f"the database's window failed: {str(error).strip()}") from error


def _log_every_statement(connection: psycopg.Connection) -> str | None:
    """Switch statement logging on; what was set in the same way before, None where nothing was."""
    row = connection.execute(
        "SELECT setting FROM pg_file_settings WHERE name = 'log_statement' AND sourcefile LIKE %s", [_ALTERED]
    ).fetchone()
    _set_log_statement(connection, "all")
    return None if row is None else str(row[0])


def _set_log_statement(connection: psycopg.Connection, value: str | None) -> None:
    if value is None:
        connection.execute("ALTER SYSTEM RESET log_statement")
    else:
        connection.execute(sql.SQL("ALTER SYSTEM SET log_statement = {}").format(sql.Literal(value)))
    connection.execute("SELECT pg_reload_conf()")


def _mark(connection: psycopg.Connection, tail: _LogTail) -> str:
    deadline = time.monotonic() + SETTLE_SECONDS
    while time.monotonic() < deadline:
        marker = f"shopspec-marker-{uuid.uuid4().hex}"
        with _refusals():
            connection.execute(f"SELECT '{marker}'".encode())
        seen_by = time.monotonic() + 0.5
        while time.monotonic() < seen_by:
            if marker in tail.read():
                return marker
            time.sleep(POLL_SECONDS)
    raise WindowUnusable("the database's log shows no statement, although logging was switched on")


def _statements(lines: list[str], own_pid: int) -> Iterator[str]:
    for line in lines:
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        statement = _STATEMENT.match(str(entry.get("message", "")))
        if entry.get("pid") != own_pid and statement and not _TRANSACTION_CONTROL.match(statement[1]):
            yield statement[1]
