"""PostgreSQL on a Unix socket in a private folder, from an empty data folder to a database for the shop.

Its settings are a production server's in what matters to a verdict: fsync and synchronous commits are on. Its log is
jsonlog (one JSON object a line, with time, pid and statement): with ``log_statement`` on, statements can be counted.
"""

import os
import signal
from pathlib import Path

import psycopg
from psycopg import sql

from reference_app.supervisor.children import Child, Launch, kill_processes_in
from reference_app.supervisor.guardian import Guardian
from reference_app.supervisor.lifeline import Lifeline
from reference_app.supervisor.machine import PostgresPrograms, SystemUser
from reference_app.supervisor.service_process import ServiceProcess
from reference_app.supervisor.supervisor_errors import CommandError, StartupError

SUPERUSER = "postgres"
OWNER = "shop"
DATABASE = "shop"
KEPT = "shop_kept"
"""The copy of the content of the start, where one is kept."""
INITDB_SECONDS = 60.0
CONNECT_SECONDS = 2
IMPATIENT = "-c lock_timeout=5000 -c statement_timeout=10000"
"""For a statement that a command waits for: others may hold a lock on the same table."""

SETTINGS = {
    "listen_addresses": "''",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "fsync": "on",
    "synchronous_commit": "on",
    "timezone": "'UTC'",
    "log_timezone": "'UTC'",
    "logging_collector": "on",
    "log_destination": "'jsonlog'",
    "log_filename": "'database.log'",
    "log_rotation_age": "0",
    "log_rotation_size": "0",
    "log_line_prefix": "'%m [%p] '",
}


class Postgres(ServiceProcess):
    """A PostgreSQL whose data outlives a stop, but not the supervisor."""

    stop_signal = signal.SIGINT  # fast: open transactions are rolled back, a checkpoint is written
    end_signal = signal.SIGQUIT  # immediate: the data folder is about to be removed

    def __init__(self, programs: PostgresPrograms, folder: Path, user: SystemUser | None, guardian: Guardian) -> None:
        super().__init__("database", guardian)
        self._programs = programs
        self._user = user
        self._folder = folder
        self._data = folder / "data"
        self._socket = folder / "socket"
        self._console = folder / "console.log"
        self._initdb: Child | None = None

    @property
    def log(self) -> Path:
        """The server's log; one JSON object a line."""
        return self._folder / "log" / "database.json"

    @property
    def url(self) -> str:
        """The shop's database as its owner, who is no superuser: what the application gets."""
        return self._url(OWNER, DATABASE)

    @property
    def superuser_url(self) -> str:
        """The shop's database as the superuser: statistics, plans and log settings for its examination."""
        return self._url(SUPERUSER, DATABASE)

    @property
    def program(self) -> Path:
        """The server's program."""
        return self._programs.postgres

    @property
    def data(self) -> Path:
        """The data folder; whole only while the server is stopped."""
        return self._data

    def adopt_data(self) -> None:
        """Make a data folder that was copied to its place the server's own."""
        self._data.chmod(0o700)
        self._hand_over(self._data, *self._data.rglob("*"))

    def begin_initialising(self) -> None:
        """Start initdb, without waiting for it."""
        self._initdb = Child(
            Launch(
                [
                    self._programs.initdb,
                    f"--pgdata={self._data}",
                    f"--username={SUPERUSER}",
                    "--auth=trust",  # its folder is private, so no other user can reach the socket
                    "--encoding=UTF8",
                    "--locale-provider=builtin",  # the same order of strings on every machine
                    "--builtin-locale=C.UTF-8",
                    "--locale=C",
                    "--no-sync",  # an empty database that is lost in a power cut is made again
                    "--no-instructions",
                ],
                output=self._console,
                environment=_environment(),
                folder=self._folder,
                user=self._user,
            ),
            self.guardian,
        )

    def finish_initialising(self, lifeline: Lifeline) -> None:
        """Wait for initdb, write the configuration, start, and create the shop's role and database."""
        initdb = self._initdb
        if initdb is None:
            raise StartupError("initdb has not been started")
        lifeline.wait_until(lambda: not initdb.runs, seconds=INITDB_SECONDS, otherwise=lambda: "initdb did not finish")
        if initdb.exit_code != 0:
            raise StartupError(f"initdb ended with code {initdb.exit_code}: {initdb.last_words()}")
        initdb.kill()
        self._initdb = None
        with (self._data / "postgresql.conf").open("a") as configuration:
            configuration.writelines(f"{name} = {value}\n" for name, value in SETTINGS.items())
        self.start(lifeline)
        try:
            self._create_database()
        except psycopg.Error as error:
            raise StartupError(f"the shop's database cannot be created: {error}") from error

    def _create_database(self) -> None:
        with self._connect() as connection:
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(OWNER)))
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(DATABASE), sql.Identifier(OWNER))
            )

    def keep_content(self) -> None:
        """Copy the shop's database beside itself. Raises ``StartupError`` where somebody is connected to it."""
        self._copy(DATABASE, KEPT)

    def restore_content(self) -> None:
        """Put the copy in the database's place; whatever is connected to it is cut off."""
        try:
            with self._connect() as connection:
                connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(DATABASE)))
        except psycopg.Error as error:
            raise StartupError(f"the shop's database cannot be removed: {error}") from error
        self._copy(KEPT, DATABASE)

    def _copy(self, source: str, target: str) -> None:
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}")
        try:
            with self._connect() as connection:
                connection.execute(statement.format(*map(sql.Identifier, (target, source, OWNER))))
        except psycopg.Error as error:
            raise StartupError(f"the database {source} cannot be copied: {error}") from error

    def launch(self) -> Launch:
        """Start the server in the foreground; the kernel sends it SIGQUIT when the supervisor is killed."""
        return Launch(
            [
                self._programs.postgres,
                *("-D", self._data),
                *("-k", self._socket),
                *("-c", f"log_directory={self.log.parent}"),
            ],
            output=self._console,
            environment=_environment(),
            folder=self._folder,
            user=self._user,
            death_signal=signal.SIGQUIT,
        )

    def accepts(self) -> bool:
        """Try a connection once; while the server starts or recovers none is let in."""
        try:
            self._connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def end(self) -> None:
        """End initdb too, where it still runs."""
        if self._initdb is not None:
            self._initdb.kill()
            self._initdb = None
        super().end()

    def _forget(self) -> None:
        """End the backends too: after a crash of the server no other one starts while one of them lives."""
        super()._forget()
        kill_processes_in(self._data)

    def execute(self, statement: str) -> object:
        """Run one statement on the shop's database as superuser; returns the first value of its first row.

        Raises ``CommandError`` where the server does not run or is suspended, and ``psycopg.Error``.
        """
        self._running()
        if self.suspended:
            raise CommandError(f"{self.name} is suspended: resume it first")
        with psycopg.connect(
            self.superuser_url, autocommit=True, connect_timeout=CONNECT_SECONDS, options=IMPATIENT
        ) as connection:
            cursor = connection.execute(statement.encode())
            row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None

    def make_folders(self) -> None:
        """Make the folder and what the server needs in it, apart from the data folder."""
        self._folder.mkdir(mode=0o700)
        self._socket.mkdir(mode=0o700)
        self._hand_over(self._folder, self._socket)

    def _hand_over(self, *paths: Path) -> None:
        if self._user is not None:
            for path in paths:
                os.chown(path, self._user.uid, self._user.gid)

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(self._url(SUPERUSER, "postgres"), autocommit=True, connect_timeout=CONNECT_SECONDS)

    def _url(self, user: str, database: str) -> str:
        return f"postgresql://{user}@/{database}?host={self._socket}"


def _environment() -> dict[str, str]:
    """Let no variable of the supervisor's own environment (PGDATA, PGOPTIONS, LC_ALL, …) reach the server."""
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
