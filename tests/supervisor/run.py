"""Client of a supervisor: a process with a pipe in, a pipe out, and a file of progress lines."""

import json
import os
import select
import signal
import ssl
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import psutil

TINY = "tests.supervisor.tiny_application:application"
ANSWER_SECONDS = 60.0
END_SECONDS = 10.0
POLL_SECONDS = 0.02


class Run:
    """One supervisor process; its first line has been read when ``ready`` is called."""

    def __init__(
        self,
        folder: Path,
        *options: str,
        application: str | None = TINY,
        variables: Mapping[str, str] | None = None,
        user: int | None = None,
        code: Path | None = None,
        module: str = "reference_app.supervisor",
    ) -> None:
        self.progress = folder / "progress.txt"
        chosen = ["--application", application, "--bare"] if application else []
        environment = {**os.environ, "TMPDIR": str(folder), **(variables or {})}
        with self.progress.open("wb") as progress:
            self.process = subprocess.Popen(
                [sys.executable, "-m", module, *chosen, *options],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=progress,
                env=environment,
                cwd=code,
                user=user,
                group=user,
                extra_groups=None if user is None else [],
            )
        self._buffer = b""

    def read(self, seconds: float = ANSWER_SECONDS) -> Any:
        """Read the next line of standard output as JSON; None when it has ended."""
        assert self.process.stdout is not None
        deadline = time.monotonic() + seconds
        while b"\n" not in self._buffer:
            readable, _, _ = select.select([self.process.stdout], [], [], max(0.0, deadline - time.monotonic()))
            assert readable, f"no line within {seconds} s"
            data = os.read(self.process.stdout.fileno(), 65536)
            if not data:
                return None
            self._buffer += data
        line, self._buffer = self._buffer.split(b"\n", 1)
        return json.loads(line)

    def ready(self) -> dict[str, Any]:
        """Read the first line."""
        line = self.read()
        assert line is not None, self.progress.read_text()
        assert line["event"] == "ready"
        return dict(line)

    def write(self, line: str) -> None:
        """Write one line to standard input, as it is."""
        assert self.process.stdin is not None
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()

    def ask(self, command: str, **members: Any) -> dict[str, Any]:
        """Send a command and return its answer; no event may come between."""
        self.write(json.dumps({"id": command, "command": command, **members}))
        answer = self.read()
        assert answer["id"] == command
        return dict(answer)

    def family(self) -> list[psutil.Process]:
        """List every process below the supervisor."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def await_end(self, family: Iterable[psutil.Process]) -> list[psutil.Process]:
        """Wait for the supervisor's end; returns what of its family still runs after the time that an end may take."""
        deadline = time.monotonic() + END_SECONDS
        self.process.wait(END_SECONDS)
        left = list(family)
        while left and time.monotonic() < deadline:
            left = [process for process in left if runs(process)]
            time.sleep(POLL_SECONDS)
        return left

    def close(self) -> int:
        """End standard input, wait for the end and return the exit code."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.stdout.close()
        return self.process.wait(END_SECONDS)

    def abandon(self) -> None:
        """Make sure that nothing is left of it, whatever happened before."""
        if self.process.poll() is None:
            family = self.family()
            self.process.send_signal(signal.SIGTERM)
            for process in self.await_end(family):
                process.kill()
        self.close()


def runs(process: psutil.Process) -> bool:
    """True while it runs; one that has ended and that init has yet to take note of does not."""
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def workers_of(pid: int) -> set[int]:
    """Ids of the children of the application that run."""
    return {process.pid for process in psutil.Process(pid).children() if runs(process)}


def await_workers(pid: int, *, count: int) -> set[int]:
    """Wait until there are so many workers: a start is over as soon as one of them answers."""
    deadline = time.monotonic() + END_SECONDS
    while len(found := workers_of(pid)) != count:
        assert time.monotonic() < deadline, found
        time.sleep(POLL_SECONDS)
    return found


def url_of(ready: Mapping[str, Any], window: str) -> str:
    """The URL of the database, the cache or the counters in the first line."""
    return str(ready["windows"][window]["url"])


def pid_of(ready: Mapping[str, Any], service: str) -> int:
    """The process id of a service in the first line."""
    return int(ready["windows"]["processes"][service])


def fetch(ready: Mapping[str, Any], path: str, *, seconds: float = 5.0) -> str:
    """GET over TLS, with the run's authority as the only one that is trusted, verified strictly."""
    context = ssl.create_default_context(cafile=ready["ca_certificate"])
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    url = f"{ready['base_url']}{path}"
    with urllib.request.urlopen(url, timeout=seconds, context=context) as response:  # noqa: S310 - always https
        return str(response.read().decode())
