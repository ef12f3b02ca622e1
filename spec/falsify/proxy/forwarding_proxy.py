"""The proxy: a thread a connection, and for each connection of a client one of its own to the shop.

It speaks to the shop from the client's own address, and passes on as it came what begins no well-formed request.
"""

from __future__ import annotations

import select
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, TypeAlias

from spec.falsify.proxy.channel import Channel, ConnectionEnded
from spec.falsify.proxy.wire_messages import Unreadable, WireAnswer, WireRequest

HANDSHAKE_SECONDS: Final = 10.0
QUEUE: Final = 512

Ask: TypeAlias = Callable[[WireRequest], WireAnswer]
"""Asks the shop. Raises ConnectionEnded or OSError where it gives no answer."""


@dataclass(frozen=True, slots=True)
class Upstream:
    """The shop behind the proxy; `trust` is None for one without TLS."""

    host: str
    port: int
    trust: ssl.SSLContext | None = None

    @property
    def authority(self) -> str:
        """Host and port as they stand in a Host field."""
        return f"{self.host}:{self.port}"

    def connect(self, source: str) -> Channel:
        """Connect from this address: the shop's limits are each client's own."""
        stream = socket.create_connection((self.host, self.port), source_address=(source, 0))
        stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return Channel(self.trust.wrap_socket(stream, server_hostname=self.host) if self.trust else stream)


class ForwardingProxy:
    """Listens in front of a shop and passes on what it is asked. Stop it with `close`.

    A subclass says in `answer` what becomes of a request and of its answer.
    """

    def __init__(
        self, upstream: Upstream, *, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1", port: int = 0
    ) -> None:
        self._listener = socket.create_server((host, port), backlog=QUEUE)
        self._tls = tls
        self.authority = f"{host}:{self._listener.getsockname()[1]}"
        self.upstream = upstream
        self._closed = threading.Event()

    @property
    def origin(self) -> str:
        """Scheme and address that it listens on."""
        return f"{'https' if self._tls else 'http'}://{self.authority}"

    def answer(self, request: WireRequest, ask: Ask) -> WireAnswer:
        """Answer a request: as the shop does."""
        return ask(request)

    def reveal(self, received: bytes) -> bytes:
        """Return the bytes that the shop is to see of what begins no well-formed request: all, as they came."""
        return received

    def start(self) -> None:
        """Serve on threads of its own."""
        threading.Thread(target=self._accept, daemon=True, name="proxy").start()

    def close(self) -> None:
        """Accept nothing more."""
        self._closed.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while not self._closed.is_set():
            try:
                stream, peer = self._listener.accept()
            except OSError:
                # Closed, or the client was gone before it was accepted.
                continue
            threading.Thread(target=self._serve, args=(stream, peer[0]), daemon=True).start()

    def _serve(self, stream: socket.socket, source: str) -> None:
        with stream, suppress(OSError, ConnectionEnded):
            stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._tls is None:
                self._converse(Conversation(Channel(stream), self.upstream, source))
                return
            stream.settimeout(HANDSHAKE_SECONDS)
            with self._tls.wrap_socket(stream, server_side=True) as secure:
                secure.settimeout(None)
                self._converse(Conversation(Channel(secure), self.upstream, source))

    def _converse(self, conversation: Conversation) -> None:
        try:
            while conversation.await_client():
                request = conversation.client.read_request()
                if request is None:
                    return
                if isinstance(request, Unreadable):
                    conversation.tunnel(self.reveal(request.received))
                    return
                answer = self.answer(request, conversation.ask)
                conversation.client.send(answer.encode())
                if answer.closes or request.closes:
                    return
        finally:
            conversation.end()


class Conversation:
    """One client's connection, with the one to the shop once there is something to ask."""

    def __init__(self, client: Channel, upstream: Upstream, source: str) -> None:
        self.client = client
        self._upstream = upstream
        self._source = source
        self._shop: Channel | None = None

    def await_client(self) -> bool:
        """Wait for the next request; False once the shop has closed its connection: the client has to hear of it."""
        while not self.client.holds_more:
            poll = select.poll()
            poll.register(self.client.stream, select.POLLIN)
            if self._shop is not None:
                poll.register(self._shop.stream, select.POLLIN)
            ready = {descriptor for descriptor, _ in poll.poll()}
            # What comes unasked from the shop is a TLS ticket or the end.
            if self._shop is not None and self._shop.stream.fileno() in ready and self._shop.has_ended():
                return False
            if self.client.stream.fileno() in ready:
                return True
        return True

    def ask(self, request: WireRequest) -> WireAnswer:
        """Ask the shop. Raises ConnectionEnded or OSError where it gives no answer."""
        if self._shop is None:
            self._shop = self._upstream.connect(self._source)
        with suppress(BrokenPipeError, ConnectionResetError):
            # A shop that refuses a body before its end has closed by then; what it said is there to be read.
            self._shop.send(request.encode())
        return self._shop.read_answer(request.method)

    def tunnel(self, received: bytes) -> None:
        """Pass bytes on as they come, both ways, until one side ends."""
        shop = self._shop = self._shop or self._upstream.connect(self._source)
        shop.send(received)
        sides = {self.client.stream: (self.client, shop), shop.stream: (shop, self.client)}
        while True:
            for stream in select.select(list(sides), [], [])[0]:
                source, other = sides[stream]
                data = source.receive()
                if not data:
                    return
                other.send(data)

    def end(self) -> None:
        """Close the connection to the shop."""
        if self._shop is not None:
            self._shop.stream.close()
