"""A fixed address in front of one that changes: the error tracker of a kept shop is another one in each run."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from typing import Final
from urllib.parse import urlsplit, urlunsplit

CHUNK: Final = 65536
CONNECT_SECONDS: Final = 5.0


class AddressRelay:
    """Pass connections to a port of this machine on to another one, which is named for each lease. Thread-safe."""

    def __init__(self) -> None:
        self._target: tuple[str, int] | None = None
        self._server = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def stand_for(self, url: str) -> str:
        """Pass on to the address of this URL from now on; return the URL with the relay's own address."""
        parts = urlsplit(url)
        self._target = (parts.hostname or "127.0.0.1", parts.port or 80)
        own = f"127.0.0.1:{self._server.getsockname()[1]}"
        user, at, _ = parts.netloc.rpartition("@")
        return urlunsplit(parts._replace(netloc=f"{user}{at}{own}"))

    def close(self) -> None:
        """Accept no connection any more."""
        with suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._server.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client, self._target), daemon=True).start()

    def _serve(self, client: socket.socket, target: tuple[str, int] | None) -> None:
        # A tracker that is gone refuses, as it would without the relay: the connection ends.
        with client, suppress(OSError):
            if target is None:
                return
            with socket.create_connection(target, CONNECT_SECONDS) as upstream:
                upstream.settimeout(None)
                answers = threading.Thread(target=_pump, args=(upstream, client), daemon=True)
                answers.start()
                _pump(client, upstream)
                answers.join()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while chunk := source.recv(CHUNK):
            sink.sendall(chunk)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
