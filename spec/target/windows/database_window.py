"""Window on a target's PostgreSQL: the statements that it ran, told by the server itself, and answers to queries.

The server's own statement log is used, because every PostgreSQL has it (`pg_stat_statements` is a contrib module that
not every installation brings). Statement logging is switched on only while statements are counted.
"""

from __future__ import annotations

import json
import math
import os
import re
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, cast

import psycopg
from psycopg import sql
from pydantic import SecretStr

from reports.strict_model import StrictModel
from spec.catalogue import Need
from spec.target.observations import QueryAnswer
from spec.target.recording import Recorder
from spec.target.windows import WindowUnusable
from spec.target.windows.option_types import FilePath, FilledText, SecretUrl
from spec.target.windows.window import Window, WindowContext

if TYPE_CHECKING:
    from collections.abc import Generator

    from psycopg.rows import TupleRow

SETTLE_SECONDS: Final = 10.0
POLL_SECONDS: Final = 0.005
REPEAT_SECONDS: Final = 0.05
STATEMENT_SECONDS: Final = 30.0
MOST_ROWS: Final = 10_000
_TRANSACTION_CONTROL: Final = re.compile(
    r"^(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SET|DEALLOCATE|DISCARD)\b", re.IGNORECASE
)
_STATEMENT: Final = re.compile(r"^(?:statement|execute [^:]*): (.*)", re.DOTALL)
WATCHED: Final = "-- statements of other connections, from the server's log"
COUNTED: Final = "counting statements takes a superuser of the database, who may switch statement logging on"
QUERIED: Final = "the role of the database's window may not read this"
_ALTERED: Final = "%postgresql.auto.conf"
"""The file in which ALTER SYSTEM keeps its settings."""


class DatabaseOptions(StrictModel):
    """A PostgreSQL server, as a role that may change what it logs."""

    url: Annotated[SecretStr, SecretUrl(("postgresql://", "postgres://"))]
    """Its URL, as libpq reads it. Counting statements takes a superuser."""
    log: FilePath | None = None
    """The server's log in the format `jsonlog`. Without it, statements are not counted."""
    password_query: FilledText | None = None
    """Query that gives the stored password of an account in one column; `%s` in it stands for the e-mail address."""


class StatementLog:
    """The statements that others ran while the window was open."""

    def __init__(self) -> None:
        self.statements: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.statements)


class DatabaseWindow:
    """A connection of the harness' own, a superuser's where statements are to be counted, and the server's JSON log."""

    def __init__(self, url: str, log: Path | None, recorder: Recorder, password_query: str | None = None) -> None:
        self._url = url
        self._password_query = password_query
        self._log = log
        self._recorder = recorder
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
                raise WindowUnusable("the database's log was cut short while statements were counted")
            inside = text.partition(end)[0].splitlines()[1:]
            rows = tuple((one,) for one in _statements(inside, connection.info.backend_pid))
            seen = self._recorder.observe(QueryAnswer(WATCHED, rows))
            watched.statements = tuple(str(row[0]) for row in seen.rows)
        finally:
            with _refusals():
                _set_log_statement(connection, before)

    def query(self, statement: str, parameters: Sequence[object] = ()) -> QueryAnswer:
        """Answer a query from the database's present content, in a transaction that can change nothing.

        At most 10 000 rows are read. Raises WindowUnusable where the database refuses it, or takes too long.
        """
        return self._recorder.observe(self._ask(statement, parameters))

    def ask_password(self, email: str) -> QueryAnswer:
        """Ask for the form in which the password of an account is stored, which is never to be written.

        Raises WindowUnusable where the profile names no query for it, as each shop stores accounts in its own way.
        """
        if self._password_query is None:
            raise WindowUnusable("the profile's [windows.database] names no password_query")
        answer = self._ask(self._password_query, [email])
        # The representation of bytes would hide them from the search for secrets.
        rows = tuple(tuple(_as_characters(value) for value in row) for row in answer.rows)
        self._recorder.add_secret(*(str(value) for row in rows for value in row if value is not None))
        return self._recorder.observe(replace(answer, rows=rows))

    def _ask(self, statement: str, parameters: Sequence[object]) -> QueryAnswer:
        with _refusals(QUERIED):
            connection = self._connect()
            shown = statement
            if parameters:
                shown = psycopg.ClientCursor(connection).mogrify(statement.encode(), parameters)
            with connection.transaction(), connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION READ ONLY")
                # The answer is fetched in parts: a plain cursor would hold all of it before the first row is read.
                # It is a generator, though declared as less: closing it cancels what is left.
                stream = cast("Generator[TupleRow, None, None]", cursor.stream(statement.encode(), parameters or None))
                with closing(stream) as answer:
                    rows = tuple(islice(answer, MOST_ROWS))
        return QueryAnswer(shown, rows)

    def _connect(self) -> psycopg.Connection:
        if self._connection is None or self._connection.closed or self._connection.broken:
            self._connection = psycopg.connect(self._url, autocommit=True, connect_timeout=5)
            self._connection.execute(f"SET statement_timeout = {STATEMENT_SECONDS * 1000:.0f}".encode())
        return self._connection

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()


class _LogTail:
    """Everything that is written to a log from now on; the whole log where it has become shorter since."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = path.stat().st_size if path.exists() else 0

    def read(self) -> str:
        try:
            with self._path.open("rb") as log:
                is_shorter = log.seek(0, os.SEEK_END) < self._offset
                log.seek(0 if is_shorter else self._offset)
                return log.read().decode("utf-8", errors="replace")
        except FileNotFoundError:
            return ""
        except OSError as error:
            raise WindowUnusable(f"the database's log {self._path} cannot be read ({error.strerror})") from error


@contextmanager
def _refusals(needed: str = COUNTED) -> Iterator[None]:
    try:
        yield
    except psycopg.errors.InsufficientPrivilege as error:
        raise WindowUnusable(f"{needed}: {error.diag.message_primary}") from error
    except psycopg.errors.QueryCanceled as error:
        raise WindowUnusable(f"the database did not answer a statement within {STATEMENT_SECONDS:g} s") from error
    except psycopg.Error as error:
        raise WindowUnusable(f"the database's window failed: {str(error).strip()}") from error


def _as_characters(value: object) -> object:
    return bytes(value).decode("latin-1") if isinstance(value, bytes | bytearray | memoryview) else value


def _log_every_statement(connection: psycopg.Connection) -> str | None:
    """Switch statement logging on. Return what was set in the same way before, None where nothing was."""
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
    """Write a marker into the log and return it once it is seen there.

    The setting reaches a backend some time after it was reloaded, so another marker follows soon where one is not seen.
    """
    deadline, markers, sent = time.monotonic() + SETTLE_SECONDS, list[str](), -math.inf
    while (now := time.monotonic()) < deadline:
        if now - sent > REPEAT_SECONDS:
            markers.append(f"shopspec-marker-{uuid.uuid4().hex}")
            with _refusals():
                connection.execute(f"SELECT '{markers[-1]}'".encode())
            sent = now
        text = tail.read()
        seen = next((marker for marker in markers if marker in text), None)
        if seen is not None:
            return seen
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


def open_database(options: DatabaseOptions, context: WindowContext) -> DatabaseWindow:
    """Open the window; it connects when it is first used."""
    return DatabaseWindow(options.url.get_secret_value(), options.log, context.recorder, options.password_query)


DATABASE = Window(
    name="database",
    shows="statements that the server counts, and what stands in its tables",
    need=Need.DB,
    options=DatabaseOptions,
    open=open_database,
)
