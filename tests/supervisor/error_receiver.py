"""A receiver of error reports over HTTP, as an error tracker is one (Sentry's envelopes)."""

import gzip
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class ErrorReceiver(ThreadingHTTPServer):
    """Keeps every event that arrives."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def dsn(self) -> str:
        """The address as the shop's settings take it."""
        return f"http://key@127.0.0.1:{self.server_port}/1"


class _Handler(BaseHTTPRequestHandler):
    server: ErrorReceiver

    def do_POST(self) -> None:
        """Take one envelope: a line for it, then a line of header and a line of content for each item."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        text = gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body
        _, *items = text.split(b"\n")
        for header, content in zip(items[::2], items[1::2], strict=False):
            if json.loads(header).get("type") == "event":
                self.server.events.append(json.loads(content))
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it so
        """Print nothing."""


@contextmanager
def receive_errors() -> Iterator[ErrorReceiver]:
    """Listen for the length of a block."""
    with ErrorReceiver() as receiver:
        thread = threading.Thread(target=receiver.serve_forever)
        thread.start()
        try:
            yield receiver
        finally:
            receiver.shutdown()
            thread.join()
