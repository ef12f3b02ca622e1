"""An application under gunicorn, in the shop's configuration and environment, behind one declared proxy."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import psutil

from reference_app.supervisor.guardian import die_with_parent
from tests.bench.databases import ROOT
from tests.reference_app.services import await_condition

PROXIED = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9", "Host": "127.0.0.1"}
"""The load comes as from a proxy that has ended TLS: its cost, the same for all, would hide differences."""


class Server:
    """gunicorn on a free port; `settings` is the settings module that its application is set up with."""

    def __init__(self, settings: str, variables: Mapping[str, str], folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = int(free.getsockname()[1])
        metrics = folder / "metrics"
        metrics.mkdir(parents=True)
        command = ["-m", "gunicorn", "-c", str(ROOT / "reference_app/gunicorn.conf.py"), "reference_app.wsgi"]
        self.log = folder / "server.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, *command],
                env={
                    **variables,
                    "DJANGO_SETTINGS_MODULE": settings,
                    "BIND": f"127.0.0.1:{self.port}",
                    "PROMETHEUS_MULTIPROC_DIR": str(metrics),
                },
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                preexec_fn=partial(die_with_parent, os.getpid(), int(signal.SIGTERM)),  # noqa: PLW1509
            )
        await_condition(self.answers)

    def answers(self) -> bool:
        """Return whether a request is answered, with any status. Raises RuntimeError when the server has ended."""
        if self.process.poll() is not None:
            said = self.log.read_text(errors="replace")[-2000:]
            raise RuntimeError(f"gunicorn ended with code {self.process.returncode}: {said}")
        try:
            self.get("/")
        except (OSError, http.client.HTTPException):
            return False
        return True

    def get(self, path: str) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers and body of one request."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("GET", path, headers=PROXIED)
            response = connection.getresponse()
            return response.status, dict(response.headers), response.read()
        finally:
            connection.close()

    def cpu_seconds(self) -> float:
        """Return the processor time that the server and its workers have used so far."""
        master = psutil.Process(self.process.pid)
        times = [process.cpu_times() for process in (master, *master.children())]
        return sum(used.user + used.system for used in times)

    def stop(self) -> None:
        """End it in good order."""
        self.process.terminate()
        self.process.wait(timeout=40)
