"""gunicorn with the shop in it, over TLS."""

import http.client
import shutil
import signal
import ssl
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from reference_app.supervisor.certificate import CertificateFiles
from reference_app.supervisor.children import Launch, is_alive
from reference_app.supervisor.guardian import Guardian
from reference_app.supervisor.lifeline import Lifeline
from reference_app.supervisor.machine import RuntimeFolder
from reference_app.supervisor.options import REFERENCE_APPLICATION, HeldAddress, ShopEnvironment
from reference_app.supervisor.service_process import ServiceProcess
from reference_app.supervisor.supervisor_errors import CommandError

CONFIGURATION = Path(__file__).parent.parent / "gunicorn.conf.py"
PROBE_PATH = "/livez"
PROBE_SECONDS = 2.0
KILL_SECONDS = 5.0
PRELOADING = (
    "import importlib, sys; importlib.import_module(sys.argv.pop(1)); from gunicorn.app.wsgiapp import run; run()"
)
"""A program: import a module, then be gunicorn. Its workers are forks, and have the module already."""


@dataclass(frozen=True)
class Deployment:
    """An application and its environment."""

    application: str
    """MODULE:ATTRIBUTE of a WSGI application."""
    environment: ShopEnvironment


class Application(ServiceProcess):
    """The application server; up when liveness answers over TLS."""

    ready_seconds = 60.0
    stop_seconds = 35.0  # above gunicorn's own graceful timeout of 30 s, so that it is gunicorn who cuts requests off
    end_seconds = 2.0
    # A worker that was just being forked loses the signal that gunicorn passes on, and gunicorn would wait for it until
    # its graceful timeout is over. Workers that know already do not mind.
    stop_signal_is_repeated = True

    def __init__(
        self,
        address: HeldAddress,
        certificates: CertificateFiles,
        folder: RuntimeFolder,
        guardian: Guardian,
        *,
        deployment: Deployment,
        preload: str | None = None,
    ) -> None:
        super().__init__("application", guardian)
        self.deployment = deployment
        self._program = ["-c", PRELOADING, preload] if preload else ["-m", "gunicorn"]
        self._address = address
        self._tls = ssl.create_default_context(cafile=str(certificates.authority))
        self._folder = folder
        self._last_probe = "nothing"

    @property
    def log(self) -> Path:
        """The file of what the application writes to standard output."""
        return self._folder.logs / "application.log"

    @property
    def error_log(self) -> Path:
        """The file of what it writes to standard error."""
        return self._folder.logs / "application-errors.log"

    def launch(self) -> Launch:
        """Start gunicorn's arbiter in the foreground."""
        self._last_probe = "nothing"
        self._forget_metrics()
        return Launch(
            [sys.executable, *self._program, "-c", CONFIGURATION, self.deployment.application],
            output=self.log,
            errors=self.error_log,
            environment={"PROMETHEUS_MULTIPROC_DIR": str(self._metrics), **self.deployment.environment.variables()},
        )

    @property
    def _metrics(self) -> Path:
        """The folder in which the workers count; management commands must not find it, or they would count with it."""
        return self._folder.path / "metrics"

    def _forget_metrics(self) -> None:
        """Let the workers that begin next count from zero."""
        shutil.rmtree(self._metrics, ignore_errors=True)
        self._metrics.mkdir(mode=0o700)

    def accepts(self) -> bool:
        """Probe it once: the reference has to say 200, of another application any answer will do."""
        connection = http.client.HTTPSConnection(
            self._address.reachable_host, self._address.port, timeout=PROBE_SECONDS, context=self._tls
        )
        try:
            connection.request("GET", PROBE_PATH)
            status = connection.getresponse().status
        except (OSError, http.client.HTTPException) as error:
            self._last_probe = str(error) or type(error).__name__
            return False
        finally:
            connection.close()
        self._last_probe = f"status {status}"
        return status == http.HTTPStatus.OK or self.deployment.application != REFERENCE_APPLICATION

    def kill_worker(self, lifeline: Lifeline) -> list[int]:
        """Kill the oldest worker and wait until it is gone; returns its id. The arbiter starts another one."""
        workers = self._running().workers()
        if not workers:
            raise CommandError("application has no worker at the moment")
        worker = workers[0]
        worker.kill()
        lifeline.wait_until(
            lambda: not is_alive(worker), seconds=KILL_SECONDS, otherwise=lambda: "the worker did not end"
        )
        return [worker.pid]

    def reload(self, lifeline: Lifeline) -> list[int]:
        """Replace all workers without closing the port (SIGHUP); returns the ids of the new ones once they answer.

        gunicorn starts the new workers first and lets the old ones finish their requests.
        """
        child = self._running()
        if child.suspended:
            raise CommandError("application is suspended: resume it first")
        old = child.workers()
        child.send(signal.SIGHUP)

        def renewed() -> bool:
            replaced = bool(child.workers()) and not any(is_alive(worker) for worker in old)
            return (replaced or not child.runs) and self._is_ready()  # which raises where it has ended

        def unrenewed() -> str:
            left = sum(is_alive(worker) for worker in old)
            return f"{self.unready()} with new workers only ({left} of {len(old)} old ones left)"

        lifeline.wait_until(renewed, seconds=self.stop_seconds, otherwise=unrenewed)
        return [worker.pid for worker in child.workers()]

    def renew(self, lifeline: Lifeline, meanwhile: Callable[[], None]) -> None:
        """Kill all workers, call ``meanwhile`` while none runs, and wait until new ones answer.

        The arbiter stands still meanwhile: it would replace each worker at once.
        """
        arbiter = self._running()
        arbiter.resume()
        arbiter.send(signal.SIGSTOP)
        try:
            lifeline.wait_until(
                lambda: not arbiter.runs or arbiter.stands_still,
                seconds=KILL_SECONDS,
                otherwise=lambda: "the application did not stand still",
            )
            old = arbiter.workers()
            for worker in old:
                worker.kill()
            lifeline.wait_until(
                lambda: not any(map(is_alive, old)), seconds=KILL_SECONDS, otherwise=lambda: "the workers did not end"
            )
            self._forget_metrics()
            meanwhile()
        finally:
            arbiter.send(signal.SIGCONT)
        self.await_ready(lifeline)

    def unready(self) -> str:
        """Tell what the last probe saw."""
        return f"the application did not come up (GET {PROBE_PATH}: {self._last_probe})"
