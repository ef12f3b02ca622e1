"""HTTP/1.1 servers of the nulls: one that knows nothing at all, one that passes on what is not under examination."""

from __future__ import annotations

import http.client
import ssl
import threading
from collections.abc import Iterable, Mapping
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final
from urllib.parse import urlsplit

from spec.falsify.nulls.null_answers import HttpNull, NullAnswer, answer
from spec.target.exchange import EXAMINED_FIELD

UPSTREAM_SECONDS: Final = 30.0
_HOP_BY_HOP: Final = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length", "upgrade", "te"})
_WITHOUT_CONTENT: Final = frozenset({204, 304})


class NullServer(ThreadingHTTPServer):
    """Answers every request with its kind of null. Stop it with `close`."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(
        self, kind: HttpNull, document: Mapping[str, object], *, tls: ssl.SSLContext | None = None, port: int = 0
    ) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.kind = kind
        self.document = document
        self.scheme = "https" if tls else "http"
        if tls:
            self.socket = tls.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    @property
    def base_url(self) -> str:
        """The address that it listens on."""
        return f"{self.scheme}://127.0.0.1:{self.server_port}"

    def start(self) -> None:
        """Serve on a thread of its own."""
        threading.Thread(target=self.serve_forever, daemon=True, name=f"null {self.kind}").start()

    def close(self) -> None:
        """Stop serving."""
        self.shutdown()
        self.server_close()

    def is_nulled(self, fields: Mapping[str, str]) -> bool:
        """Return whether the request gets a null; here all do."""
        del fields
        return True

    def forward(self, handler: _Handler, body: bytes) -> None:
        """Pass a request on; a whole null server has nowhere to."""
        raise NotImplementedError

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a client that goes away in the middle."""


class NullingProxy(NullServer):
    """Passes everything on to a real shop, from the client's own address, except the exchange under examination."""

    def __init__(
        self, kind: HttpNull, document: Mapping[str, object], *, upstream: str, trust: ssl.SSLContext,
        tls: ssl.SSLContext,
    ) -> None:  # fmt: skip
        super().__init__(kind, document, tls=tls)
        parts = urlsplit(upstream)
        self._host, self._port, self._trust = parts.hostname or "127.0.0.1", parts.port or 443, trust
        self.authority = parts.netloc

    def is_nulled(self, fields: Mapping[str, str]) -> bool:
        """Return whether the client has marked the request."""
        return EXAMINED_FIELD in fields

    def forward(self, handler: _Handler, body: bytes) -> None:
        """Ask the real shop and relay its answer."""
        # The shop has to see the client's own address, or every client would share one budget. A connection for each
        # request: one that is kept could be closed by the shop at the moment of use, which the client would be told.
        upstream = http.client.HTTPSConnection(
            self._host,
            self._port,
            timeout=UPSTREAM_SECONDS,
            context=self._trust,
            source_address=(handler.client_address[0], 0),
        )
        with closing(upstream):
            upstream.putrequest(handler.command, handler.target, skip_host=True, skip_accept_encoding=True)
            for name, value in handler.headers.items():
                own_host = name.lower() == "host" and value == f"127.0.0.1:{self.server_port}"
                upstream.putheader(name, self.authority if own_host else value)
            upstream.endheaders(body or None)
            received = upstream.getresponse()
            content = received.read()
        handler.reply(received.status, received.getheaders(), content)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: NullServer

    @property
    def target(self) -> str:
        """The request's target as it came; the base class removes leading slashes from its own."""
        return self.requestline.split()[1]

    def handle_one_request(self) -> None:
        # Every method is accepted: an odd request is for the shop behind to judge.
        self.raw_requestline = self.rfile.readline(65537)
        if not self.raw_requestline:
            self.close_connection = True
            return
        if not self.parse_request():
            return
        body = self._read_body()
        if self.server.is_nulled(self.headers):  # type: ignore[arg-type]  # an email.Message is a mapping here
            null = answer(self.server.kind, self.command, self.target, body, self.server.document)
            self.reply(null.status, _fields(null), null.body)
            return
        try:
            self.server.forward(self, body)
        except (OSError, http.client.HTTPException):
            # As the shop did: no answer. The client sees the connection close.
            self.close_connection = True

    def reply(self, status: int, fields: Iterable[tuple[str, str]], body: bytes) -> None:
        """Send an answer whose length is known."""
        fields = list(fields)
        self.send_response_only(status)
        for name, value in fields:
            if name.lower() not in _HOP_BY_HOP:
                self.send_header(name, value)
        if self.command == "HEAD":
            # The length that a GET would have (RFC 9110 §9.3.2), where the answer tells it.
            lengths = [value for name, value in fields if name.lower() == "content-length"]
            self.send_header("Content-Length", lengths[0] if lengths else str(len(body)))
        elif status not in _WITHOUT_CONTENT:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD" and status not in _WITHOUT_CONTENT:
            self.wfile.write(body)

    def _read_body(self) -> bytes:
        length = self.headers.get("Content-Length", "0")
        # A length that is none is for the shop behind to refuse; nothing of the body is passed on.
        return self.rfile.read(int(length)) if length.isdecimal() else b""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that the base class gives it
        """Nulls keep no log."""


def _fields(null: NullAnswer) -> list[tuple[str, str]]:
    return [("Content-Type", null.media_type)]
