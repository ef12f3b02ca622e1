"""A Redis of one test, which keeps its data while it is stopped."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import tempfile
from functools import partial
from pathlib import Path

import redis

from reference_app.supervisor.guardian import die_with_parent
from reference_app.supervisor.machine import find_redis
from tests.reference_app.services import await_condition


class PrivateRedis:
    """A server on a Unix socket."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.socket = (
            Path(tempfile.gettempdir()) / f"redis-{secrets.token_hex(4)}.sock"
        )  # short: a socket has 107 bytes
        self.url = f"unix://{self.socket}?db=0"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server with the data that it had when it was stopped; return when it answers."""
        command = [find_redis(), "--port", "0", "--unixsocket", self.socket, "--dir", self.folder, "--save", ""]
        self.process = subprocess.Popen(
            [str(part) for part in command],
            stdout=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
            preexec_fn=partial(die_with_parent, os.getpid(), int(signal.SIGKILL)),  # noqa: PLW1509
        )
        await_condition(self.answers)

    def stop(self) -> None:
        """End the server after it has written its data."""
        if self.process is None:
            return
        with redis.Redis.from_url(self.url) as client:
            client.save()
        self.process.kill()
        self.process.wait()
        self.process = None
        self.socket.unlink(missing_ok=True)

    def answers(self) -> bool:
        """Return whether a PING is answered."""
        with redis.Redis.from_url(self.url) as client:
            try:
                return bool(client.ping())
            except redis.ConnectionError:
                return False
