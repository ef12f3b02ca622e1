"""The real PostgreSQL and Redis of a test session: foreground children that die with the process that started them."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import psycopg
import redis

from reference_app.supervisor.guardian import die_with_parent
from reference_app.supervisor.machine import find_postgres, find_redis, unprivileged_user

START_SECONDS = 30.0
POLL_SECONDS = 0.02


@dataclass
class Services:
    """The folder and the addresses are known from the beginning; the servers start when a test needs them."""

    folder: Path
    database_url: str
    redis_url: str
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @classmethod
    def planned(cls) -> Services:
        """Return servers of our own in a fresh folder, or those that DATABASE_URL and REDIS_URL name."""
        folder = Path("/tmp") / f"shop-{secrets.token_hex(4)}"  # noqa: S108 -- short: a socket path has 100 bytes
        return cls(
            folder=folder,
            database_url=os.environ.get("DATABASE_URL") or f"postgresql://postgres@/postgres?host={folder}/pg",
            redis_url=os.environ.get("REDIS_URL") or f"unix://{folder}/redis.sock?db=0",
        )

    def start(self) -> None:
        """Start the servers that are not running elsewhere; return when both answer."""
        self.folder.mkdir(mode=0o711)
        if str(self.folder) in self.database_url:
            self.start_postgres()
        if str(self.folder) in self.redis_url:
            self.start_redis()
        await_condition(self.database_answers)
        await_condition(self.redis_answers)

    def start_postgres(self) -> None:
        """Start an empty cluster that trusts its private socket, without durability: nothing outlives the session."""
        programs, user = find_postgres(), unprivileged_user()
        home = self.folder / "pg"
        home.mkdir(mode=0o700)
        if user is not None:
            os.chown(home, user.uid, user.gid)
        initialise = [
            programs.initdb,
            f"--pgdata={home}/data",
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C",
            "--no-sync",
            "--no-instructions",
        ]
        subprocess.run(initialise, check=True, stdout=subprocess.DEVNULL, cwd=home, **run_as())  # type: ignore[call-overload]
        self.run_postgres()

    def run_postgres(self) -> None:
        """Start the server on the cluster that is there."""
        home = self.folder / "pg"
        server = [
            find_postgres().postgres,
            "-D",
            f"{home}/data",
            *("-c", f"unix_socket_directories={home}"),
            *("-c", "listen_addresses="),
            *("-c", "fsync=off"),
            *("-c", "max_connections=100"),
        ]
        with (self.folder / "postgres.log").open("ab") as log:
            self.launch(server, stdout=log, death_signal=signal.SIGQUIT, cwd=home, **run_as())

    def start_redis(self) -> None:
        """Start a Redis without persistence."""
        options = ("--port", "0", "--unixsocket", f"{self.folder}/redis.sock", "--save", "", "--appendonly", "no")
        with (self.folder / "redis.log").open("wb") as log:
            self.launch([find_redis(), *options], stdout=log, death_signal=signal.SIGKILL, cwd=self.folder)

    def launch(self, command: list[object], *, death_signal: signal.Signals, **options: object) -> None:
        """Start one child; the kernel ends it when this process dies."""
        self.processes.append(
            subprocess.Popen(  # type: ignore[call-overload]
                [str(part) for part in command],
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                preexec_fn=partial(die_with_parent, os.getpid(), int(death_signal)),  # noqa: PLW1509
                **options,
            )
        )

    def database_answers(self) -> bool:
        """Return whether a connection is accepted."""
        try:
            psycopg.connect(self.database_url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def redis_answers(self) -> bool:
        """Return whether a PING is answered."""
        with redis.Redis.from_url(self.redis_url) as client:
            try:
                return bool(client.ping())
            except redis.ConnectionError:
                return False

    def stop(self) -> None:
        """End the children and remove the folder."""
        for process in reversed(self.processes):
            process.send_signal(signal.SIGINT)
        for process in self.processes:
            process.wait(timeout=START_SECONDS)
        shutil.rmtree(self.folder)


def run_as() -> dict[str, object]:
    """Return how a child drops root, which PostgreSQL refuses to run as; nothing for an ordinary user."""
    user = unprivileged_user()
    return {} if user is None else {"user": user.uid, "group": user.gid, "extra_groups": []}


def await_condition(holds: Callable[[], bool], *, seconds: float = START_SECONDS) -> None:
    """Return as soon as `holds()` is true. Raises TimeoutError."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{getattr(holds, '__qualname__', holds)} did not hold within {seconds:g} s")
        time.sleep(POLL_SECONDS)
