"""A server that keeps the bytes that came and answers with the bytes that it was told to: nothing tidies either."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

POLL_SECONDS = 0.05
SEND_SECONDS = 30.0
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


class RawServer:
    """Answers each request with what `answer` makes of its bytes; None closes the connection, b"" says nothing."""

    def __init__(
        self, answer: Callable[[bytes], bytes | None] = lambda request: OK, *, tls: ssl.SSLContext | None = None
    ) -> None:
        self.requests: list[bytes] = []
        self.peers: list[str] = []
        self._answer = answer
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._closing = threading.Event()
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    @property
    def base_url(self) -> str:
        """Its address."""
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self._listener.getsockname()[1]}"

    def _accept(self) -> None:
        self._listener.settimeout(POLL_SECONDS)
        while not self._closing.is_set():
            try:
                connection, peer = self._listener.accept()
            except TimeoutError:
                continue
            self.peers.append(peer[0])
            self._threads.append(threading.Thread(target=self._serve, args=(connection,)))
            self._threads[-1].start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            with self._tls.wrap_socket(connection, server_side=True) if self._tls else connection as stream:
                stream.settimeout(POLL_SECONDS)
                self._converse(stream)
        except OSError:
            # The client went away, or could not agree on TLS.
            connection.close()

    def _converse(self, stream: socket.socket) -> None:
        received = b""
        while not self._closing.is_set():
            try:
                data = stream.recv(65536)
            except TimeoutError:
                continue
            if not data:
                return
            received += data
            request = _complete(received)
            if request is None:
                continue
            received = received[len(request) :]
            self.requests.append(request)
            answer = self._answer(request)
            if answer is None:
                return
            # The whole of a long answer takes its time; to be told to close comes soon enough after it.
            stream.settimeout(SEND_SECONDS)
            stream.sendall(answer)
            stream.settimeout(POLL_SECONDS)

    def close(self) -> None:
        """Stop, and wait until every thread has."""
        self._closing.set()
        for thread in self._threads:
            thread.join()
        self._listener.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _complete(received: bytes) -> bytes | None:
    """The first request of what was received, once it is all there."""
    head, separator, rest = received.partition(b"\r\n\r\n")
    if not separator:
        return None
    lengths = [
        int(line.partition(b":")[2]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")
    ]
    length = lengths[0] if lengths else 0
    return head + separator + rest[:length] if len(rest) >= length else None


def request_line(request: bytes) -> str:
    """The first line of a request."""
    return request.split(b"\r\n")[0].decode("latin-1")


def header_lines(request: bytes) -> list[str]:
    """The header fields of a request as they came."""
    return request.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")[1:]
