"""Window on the errors that a target reports: a sink of the run's own that speaks Sentry's protocol.

A target reports to the DSN that it is given: a started one by the setting `error_sink`, one that runs already by its
own configuration, which the profile repeats as [windows.errors] listen.
"""

from __future__ import annotations

import json
import re
import socket
import threading
import uuid
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

from reports.strict_model import StrictModel
from spec.catalogue import Need
from spec.target.observations import ErrorReports
from spec.target.recording import Recorder
from spec.target.windows.arrivals import Arrivals, cannot_listen, host_and_port
from spec.target.windows.envelopes import (
    LARGEST_BODY,
    BodyTooLarge,
    NotAnEnvelope,
    decode_body,
    read_envelope,
    read_event,
)
from spec.target.windows.option_types import ListenAddress
from spec.target.windows.window import Window, WindowContext

PROJECT: Final = 1
MOST_EVENTS: Final = 10_000
MOST_BYTES: Final = 50 * 1024 * 1024
"""Bytes of the bodies whose events are kept. More are refused: a target may report in a loop."""
_CHUNK_SIZE: Final = re.compile(rb"[0-9A-Fa-f]{1,16}")


class ErrorOptions(StrictModel):
    """The error tracker that the run stands in for."""

    listen: ListenAddress = "127.0.0.1:0"
    """Host and port to listen at. Set the target's DSN to `http://shopspec@HOST:PORT/1`."""


class ErrorSink:
    """Takes in what an error tracker would be sent."""

    def __init__(self, listen: str, recorder: Recorder) -> None:
        self._events: Arrivals[Mapping[str, object]] = Arrivals(MOST_EVENTS, MOST_BYTES)
        self._recorder = recorder
        host, port = host_and_port(listen)
        try:
            self._server = _Server((host, port), self._events)
        except OSError as error:
            raise cannot_listen("errors", listen, error) from error
        shown = f"[{host}]" if ":" in host else host
        self.address = f"http://shopspec@{shown}:{self._server.server_port}/{PROJECT}"
        """The DSN that a target reports to."""
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    @property
    def dsn(self) -> str:
        """The address that a target reports to."""
        return self.address

    def reports(self) -> ErrorReports:
        """Return every event that has arrived so far."""
        return self._recorder.observe(ErrorReports(self._events.all))

    def wait_for(self, count: int, seconds: float, *, quiet_seconds: float = 0.0) -> ErrorReports:
        """Return the events as soon as there are so many, or those that there are after so many seconds.

        A client reports in the background, after its answer: without waiting a check would race it.
        """
        return self._recorder.observe(ErrorReports(self._events.wait_for(count, seconds, quiet_seconds)))

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], events: Arrivals[Mapping[str, object]]) -> None:
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self.events = events
        super().__init__(address, _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """Print nothing: a client that hangs up is no news for the run's terminal."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 10
    server: _Server

    def do_POST(self) -> None:
        """Take in the events of an envelope or a single one."""
        read = _READERS.get(self._operation())
        if read is None:
            self._answer(404, {"detail": f"only /api/{PROJECT}/envelope/ and /api/{PROJECT}/store/ are here"})
            return
        try:
            body = decode_body(self._read_body(), self.headers.get("Content-Encoding", ""))
            events = read(body)
        except BodyTooLarge as error:
            self._answer(413, {"detail": str(error)})
            return
        except NotAnEnvelope as error:
            self._answer(400, {"detail": str(error)})
            return
        if not self.server.events.add(*events, size=len(body) if events else 0):
            self._answer(429, {"detail": f"{MOST_EVENTS} events in {MOST_BYTES} bytes are kept, and no more"})
            return
        self._answer(200, {"id": str(events[0].get("event_id")) if events else uuid.uuid4().hex})

    def _operation(self) -> str:
        parts = self.path.partition("?")[0].strip("/").split("/")
        return parts[2] if len(parts) == 3 and parts[:2] == ["api", str(PROJECT)] else ""

    def _read_body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            return self._read_chunks()
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal():
            raise NotAnEnvelope("a body says how many bytes it has, or comes in chunks")
        # No number of so many digits is small, and int() refuses thousands of them.
        if len(length) > 16 or int(length) > LARGEST_BODY:
            raise BodyTooLarge
        return self.rfile.read(int(length))

    def _read_chunks(self) -> bytes:
        body = bytearray()
        while True:
            size = self.rfile.readline(64).partition(b";")[0].strip()
            if not _CHUNK_SIZE.fullmatch(size):
                raise NotAnEnvelope(f"a chunk's size has to be a hexadecimal number, not {size.decode('latin-1')!r}")
            length = int(size, 16)
            if len(body) + length > LARGEST_BODY:
                raise BodyTooLarge
            body += self.rfile.read(length)
            self.rfile.readline(64)
            if not length:
                return bytes(body)

    def _answer(self, status: int, content: Mapping[str, str]) -> None:
        body = json.dumps(content).encode()
        self.send_response_only(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if status != 200:
            # Something of the request may be left unread.
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that the base class gives it
        """Keep no log."""


def _read_single(body: bytes) -> list[dict[str, object]]:
    return [read_event(body)]


_READERS: Final = {"envelope": read_envelope, "store": _read_single}


def open_error_sink(options: ErrorOptions, context: WindowContext) -> ErrorSink:
    """Begin to listen. Raises WindowUnusable where the address cannot be had."""
    return ErrorSink(options.listen, context.recorder)


ERRORS = Window(
    name="errors",
    shows="unhandled failures that the target reports, in Sentry's protocol",
    need=Need.ERRORS,
    options=ErrorOptions,
    open=open_error_sink,
    setting="error_sink",
)
