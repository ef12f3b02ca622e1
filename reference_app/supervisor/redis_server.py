"""A Redis on a Unix socket that keeps nothing on disk: after a stop it starts empty."""

import signal
from enum import StrEnum
from pathlib import Path

import redis

from reference_app.supervisor.children import Launch
from reference_app.supervisor.guardian import Guardian
from reference_app.supervisor.service_process import ServiceProcess
from reference_app.supervisor.supervisor_errors import StartupError

PROBE_SECONDS = 1.0
EMPTY_SECONDS = 10.0


class Eviction(StrEnum):
    """The policies of a full Redis."""

    OLDEST = "allkeys-lru"
    """Drops what was not used for longest: right for a cache."""
    NOTHING = "noeviction"
    """Refuses writes: right for counters, which a flood must not be able to push out."""


class RedisServer(ServiceProcess):
    """One redis-server; the shop has one for its cache and one for its counters."""

    stop_seconds = 3.0
    end_seconds = 1.0

    def __init__(
        self, name: str, program: Path, folder: Path, guardian: Guardian, *, eviction: Eviction, memory: str
    ) -> None:
        super().__init__(name, guardian)
        self._program = program
        self._folder = folder
        self._eviction = eviction
        self._memory = memory
        self._socket = folder / f"{name}.sock"

    @property
    def url(self) -> str:
        """The address as redis-py reads it."""
        return f"unix://{self._socket}?db=0"

    @property
    def log(self) -> Path:
        """The server's own log."""
        return self._folder / "logs" / f"{self.name}.log"

    def launch(self) -> Launch:
        """Start the server in the foreground, without any persistence."""
        options = {
            "port": "0",
            "unixsocket": str(self._socket),
            "unixsocketperm": "700",
            "save": "",
            "appendonly": "no",
            "daemonize": "no",
            "dir": str(self._folder),
            "maxmemory": self._memory,
            "maxmemory-policy": str(self._eviction),
        }
        arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
        return Launch([self._program, *arguments], output=self.log, death_signal=signal.SIGKILL)

    def accepts(self) -> bool:
        """Send one PING."""
        with redis.Redis.from_url(self.url, socket_timeout=PROBE_SECONDS, retry=None) as client:
            try:
                return bool(client.ping())
            except (redis.ConnectionError, redis.TimeoutError):
                return False


def empty_redis(url: str) -> None:
    """Remove every key of the database that ``url`` names; raises ``StartupError`` when it cannot be reached."""
    with redis.Redis.from_url(url, socket_timeout=EMPTY_SECONDS) as client:
        try:
            client.flushdb()
        except redis.RedisError as error:
            raise StartupError(f"Redis cannot be emptied: {error}") from error
