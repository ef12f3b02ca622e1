"""gunicorn with the shop in it, over TLS."""

import http.client
import shutil
import ssl
import sys
from dataclasses import dataclass
from pathlib import Path

from reference_app.supervisor.address import Address
from reference_app.supervisor.certificate import CertificateFiles
from reference_app.supervisor.children import Launch
from reference_app.supervisor.environment import Environment
from reference_app.supervisor.guardian import Guardian
from reference_app.supervisor.runtime_folder import RuntimeFolder
from reference_app.supervisor.service import Service

REFERENCE_APPLICATION = "reference_app.wsgi:application"
CONFIGURATION = Path(__file__).parent.parent / "gunicorn.conf.py"
PROBE_PATH = "/livez"
PROBE_SECONDS = 2.0


@dataclass(frozen=True)
class Deployment:
    """What runs: an application and its environment."""

    application: str
    """MODULE:ATTRIBUTE of a WSGI application."""
    environment: Environment


class Application(Service):
    """The application server; up when liveness answers over TLS."""

    ready_seconds = 60.0
    stop_seconds = 35.0  # above gunicorn's own graceful timeout of 30 s, so that it is gunicorn who cuts requests off
    end_seconds = 2.0
    # A worker that was just being forked loses the signal that gunicorn passes on, and gunicorn would wait for it until
    # its graceful timeout is over. Workers that know already do not mind.
    stop_signal_is_repeated = True

    def __init__(
        self,
        address: Address,
        certificates: CertificateFiles,
        folder: RuntimeFolder,
        guardian: Guardian,
        *,
        deployment: Deployment,
    ) -> None:
        super().__init__("application", guardian)
        self.deployment = deployment
        self._address = address
        self._tls = ssl.create_default_context(cafile=str(certificates.authority))
        self._folder = folder
        self._last_probe = "nothing"

    @property
    def log(self) -> Path:
        """What the application writes to standard output."""
        return self._folder.logs / "application.log"

    @property
    def error_log(self) -> Path:
        """What it writes to standard error."""
        return self._folder.logs / "application-errors.log"

    def launch(self) -> Launch:
        """gunicorn's arbiter in the foreground."""
        self._last_probe = "nothing"
        # Each start counts from zero; management commands must not find this folder, or they would count with it.
        metrics = self._folder.path / "metrics"
        shutil.rmtree(metrics, ignore_errors=True)
        metrics.mkdir(mode=0o700)
        return Launch(
            [sys.executable, "-m", "gunicorn", "-c", CONFIGURATION, self.deployment.application],
            output=self.log,
            errors=self.error_log,
            environment={"PROMETHEUS_MULTIPROC_DIR": str(metrics), **self.deployment.environment.variables()},
        )

    def accepts(self) -> bool:
        """Whether it answers; the reference has to say 200, of another application any answer will do."""
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

    def unready(self) -> str:
        """What the last probe saw."""
        return f"the application did not come up (GET {PROBE_PATH}: {self._last_probe})"
