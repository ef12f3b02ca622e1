"""A supervisor with a proxy in front of its shop: it takes the supervisor's place in a profile's start command.

Standard input goes to the supervisor as it is; of its standard output only the first line changes: it names the
proxy's address and the authority of its certificate.
"""

from __future__ import annotations

import json
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Protocol, TypeAlias

from reference_app.supervisor.certificate import write_certificates

HOST: Final = "127.0.0.1"


class Proxy(Protocol):
    """A proxy that listens."""

    @property
    def base_url(self) -> str:
        """Scheme and address that it listens on."""

    def start(self) -> None:
        """Serve on threads of its own."""

    def close(self) -> None:
        """Accept nothing more."""


MakeProxy: TypeAlias = Callable[[Mapping[str, Any], ssl.SSLContext, ssl.SSLContext], Proxy]
"""Makes a proxy from the supervisor's first line, the trust in its certificate, and a certificate of its own."""


def run_proxied(command: Sequence[str], make: MakeProxy) -> int:
    """Start the supervisor by this command and the proxy in front of its shop; run until the supervisor ends."""
    with (
        tempfile.TemporaryDirectory(prefix="shopspec-proxy-") as folder,
        subprocess.Popen(command, stdin=sys.stdin, stdout=subprocess.PIPE, text=True, bufsize=1) as supervisor,
    ):
        if supervisor.stdout is None:
            raise TypeError("the supervisor's output was asked for as a pipe")
        first = supervisor.stdout.readline()
        if not first:
            return supervisor.wait()
        proxy = _start(json.loads(first), Path(folder), make)
        for line in supervisor.stdout:
            sys.stdout.write(line)
            sys.stdout.flush()
        proxy.close()
        return supervisor.wait()


def _start(ready: Mapping[str, Any], folder: Path, make: MakeProxy) -> Proxy:
    files = write_certificates(folder / "certificates", host=HOST)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(files.certificate, files.key)
    proxy = make(ready, ssl.create_default_context(cafile=str(ready["ca_certificate"])), tls)
    proxy.start()
    changed = {**ready, "base_url": proxy.base_url, "ca_certificate": str(files.authority)}
    sys.stdout.write(json.dumps(changed) + "\n")
    sys.stdout.flush()
    return proxy
