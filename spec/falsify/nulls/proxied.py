"""A shop behind a nulling proxy: `python -m spec.falsify.nulls.proxied KIND START COMMAND -- OPTIONS`."""

from __future__ import annotations

import ssl
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from spec.falsify.nulls.null_answers import HttpNull
from spec.falsify.nulls.null_server import NullingProxy
from spec.falsify.proxy.proxied_supervisor import run_proxied
from spec.target.adapter_context import AdapterContext
from spec.target.adapters import load_adapter
from spec.target.client import Client, Endpoint
from spec.target.profile.adapter_table import DEFAULT_ADAPTER
from spec.target.recording import Recorder
from spec.target.steps import walk


def main(arguments: Sequence[str]) -> int:
    """Run until the supervisor ends."""
    kind, place = HttpNull(arguments[0]), arguments.index("--")

    def make(ready: Mapping[str, Any], trust: ssl.SSLContext, tls: ssl.SSLContext) -> NullingProxy:
        upstream = str(ready["base_url"])
        document = read_document(Endpoint(upstream, Path(str(ready["ca_certificate"]))))
        return NullingProxy(kind, document, upstream=upstream, trust=trust, tls=tls)

    return run_proxied([*arguments[1:place], *arguments[place + 1 :]], make)


def read_document(endpoint: Endpoint) -> dict[str, object]:
    """Return the OpenAPI document of a running shop; nothing where it has none."""
    verbs = load_adapter(DEFAULT_ADAPTER, AdapterContext())
    with Client(endpoint, Recorder()) as client:
        read = walk(verbs.openapi_document(), verbs.stranger(), lambda request, _part: client.send(request))
    return read.result or {}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
