"""The reference shop behind a nulling proxy: `python -m spec.falsify.nulls.proxied KIND`.

Takes the place of the supervisor in a profile's start command. Standard input goes to the supervisor as it is; of its
standard output only the first line changes: it names the proxy's address.
"""

from __future__ import annotations

import json
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from reference_app.supervisor.certificate import write_certificates
from spec.falsify.nulls.null_answers import HttpNull
from spec.falsify.nulls.null_server import NullingProxy
from spec.target.adapter_context import AdapterContext
from spec.target.adapters import load_adapter
from spec.target.client import Client, Endpoint
from spec.target.profile.adapter_table import DEFAULT_ADAPTER
from spec.target.recording import Recorder
from spec.target.steps import walk


def main(arguments: Sequence[str]) -> int:
    """Run until the supervisor ends; `arguments` are the kind of null, then the supervisor's own."""
    kind = HttpNull(arguments[0])
    command = [sys.executable, "-m", "reference_app.supervisor", *arguments[1:]]
    with (
        tempfile.TemporaryDirectory(prefix="shopspec-null-") as folder,
        subprocess.Popen(command, stdin=sys.stdin, stdout=subprocess.PIPE, text=True, bufsize=1) as supervisor,
    ):
        if supervisor.stdout is None:
            raise TypeError("the supervisor's output was asked for as a pipe")
        first = supervisor.stdout.readline()
        if not first:
            return supervisor.wait()
        proxy = _start_proxy(kind, json.loads(first), Path(folder))
        for line in supervisor.stdout:
            sys.stdout.write(line)
            sys.stdout.flush()
        proxy.close()
        return supervisor.wait()


def _start_proxy(kind: HttpNull, ready: dict[str, object], folder: Path) -> NullingProxy:
    upstream, authority = str(ready["base_url"]), Path(str(ready["ca_certificate"]))
    document = read_document(Endpoint(upstream, authority))
    files = write_certificates(folder / "certificates", host="127.0.0.1")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(files.certificate, files.key)
    trust = ssl.create_default_context(cafile=str(authority))
    proxy = NullingProxy(kind, document, upstream=upstream, trust=trust, tls=tls)
    proxy.start()
    changed = {
        **ready,
        "base_url": proxy.base_url,
        "ca_certificate": str(files.authority),
    }
    sys.stdout.write(json.dumps(changed) + "\n")
    sys.stdout.flush()
    return proxy


def read_document(endpoint: Endpoint) -> dict[str, object]:
    """Return the OpenAPI document of a running shop; nothing where it has none."""
    verbs = load_adapter(DEFAULT_ADAPTER, AdapterContext())
    with Client(endpoint, Recorder()) as client:
        read = walk(verbs.openapi_document(), verbs.stranger(), lambda request, _part: client.send(request))
    return read.result or {}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
