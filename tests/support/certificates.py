"""Certificates of a test's own TLS server, signed by an authority of its own."""

from __future__ import annotations

import ssl
from pathlib import Path

from reference_app.supervisor.certificate import write_certificates


def make_tls(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A server's TLS context for 127.0.0.1, and the authority's certificate that a client has to trust."""
    files = write_certificates(folder, host="127.0.0.1")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(files.certificate, files.key)
    return tls, files.authority
