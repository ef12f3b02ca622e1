"""The HTTP client of a shopper: locust's FastHttpSession over connections of its own.

It differs from locust's defaults in these points:

- No retry. geventhttpclient sends an idempotent request again when the connection breaks, so a target that drops every
  fiftieth answer would show no error.
- No redirect is followed and no status raises: what an answer means is the verb's business.
- Each shopper has a connection of its own, from an address of its own where the plan names a prefix, and to the
  addresses that the target's host had when the load began: neither a redirect, nor a path that is a whole URL, nor
  a change of DNS leads to another machine.
- The time-out covers the whole exchange; the library's own covers one read, and a dripping answer never meets it.
- Certificates are verified.
- No cookie is kept: that is a shopper's session's business.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from typing import Any, Final, TypeAlias
from urllib.parse import urlsplit

import gevent
from gevent import socket
from gevent.ssl import SSLContext
from geventhttpclient.client import HTTPClient, HTTPClientPool
from geventhttpclient.connectionpool import ConnectionPool, SSLConnectionPool
from geventhttpclient.response import HTTPConnectionClosed
from locust.contrib.fasthttp import FastHttpSession

from load.endpoints import SocketAddress, resolve_target
from load.samples import RequestOutcome
from spec.target.exchange import OWN_LIMITS, Headers, Request, Response

HeaderFields: TypeAlias = tuple[tuple[str, str], ...]

_ANY_STATUS: Final = frozenset(range(1000))
_DEFAULTS: Final[HeaderFields] = (("Accept", "application/json"), ("Accept-Encoding", "gzip"))


class GeneratorError(Exception):
    """The generator cannot send what it should; the message is one sentence. It says nothing about the target."""


class ReceivedAnswer:
    """An answer to a request: a response, or the outcome that says why there is none."""

    def __init__(self, context: Any) -> None:
        self._context = context
        failure = context.request_meta["exception"]
        self.outcome: RequestOutcome | None = None if failure is None else classify(failure)
        self.response: Response | None = None
        if failure is None:
            fields = [(str(name), str(value)) for name, value in context.headers.items()]
            self.response = Response(context.status_code, Headers(fields), context.content or b"")

    def report(self, *, milliseconds: float, problem: str | None) -> None:
        """Tell locust's own statistics and listeners, with the latency from the intended start."""
        self._context.request_meta["response_time"] = milliseconds
        with self._context as answer:
            if problem is None:
                answer.success()
            else:
                answer.failure(problem)


class ShopperClient:
    """One shopper's connection to the target."""

    def __init__(
        self, session: Any, pool: HTTPClientPool, *, base_path: str, headers: HeaderFields, timeout: float
    ) -> None:
        self._session = session
        self._pool = pool
        self._base_path = base_path
        self._headers = headers
        self._timeout = timeout

    def send(self, request: Request) -> ReceivedAnswer:
        """Send a request and read the answer to its end. Raises GeneratorError for a path that leads elsewhere."""
        target = request.target if request.from_origin else self._base_path + request.target
        if not target.startswith("/"):
            # Behind the host it would be read as more of its name.
            raise GeneratorError(f"The path of {request.operation!r} has to begin with a slash, it is {target!r}.")
        with gevent.Timeout(self._timeout):
            # The session itself turns the time-out into an answer with this failure.
            return ReceivedAnswer(
                self._session.request(
                    request.method,
                    target,
                    name=request.operation,
                    data=request.encoded_body() or None,
                    headers=_merge(self._headers, request.wire_headers()),
                    catch_response=True,
                )
            )

    def close(self) -> None:
        """Close the connection, also one on which an answer is still awaited."""
        self._pool.close()


class ShopperClients:
    """Clients of one target. Certificates are read once, and so is DNS; each client has its own connection."""

    def __init__(
        self,
        base_url: str,
        *,
        headers: HeaderFields = (),
        ca_certificate: str | None,
        sources: Iterator[str] | None,
        timeout: float,
        request_event: Any = None,
    ) -> None:
        """`headers` go with every request. Raises OSError (ssl.SSLError included) for a certificate that is none."""
        parts = urlsplit(base_url)
        self._base_url = base_url
        self._origin = f"{parts.scheme}://{parts.netloc}"
        self._base_path = parts.path.rstrip("/")
        named = {name.lower() for name, _ in headers}
        self._headers = (*headers, *(default for default in _DEFAULTS if default[0].lower() not in named))
        self._sources = sources
        self._targets: tuple[SocketAddress, ...] = ()
        self._timeout = timeout
        self._event = request_event
        self._tls: SSLContext | None = None
        if parts.scheme == "https":
            self._tls = SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            self._tls.load_default_certs() if ca_certificate is None else self._tls.load_verify_locations(
                ca_certificate
            )

    def resolve(self) -> None:
        """Look up the target's addresses, to which all clients will connect. Raises UnresolvedHost."""
        parts = urlsplit(self._base_url)
        self._targets = resolve_target(self._base_url, parts.port or (80 if self._tls is None else 443))

    def open(self) -> ShopperClient:
        """Make a client without history: no connection, no cookie, a fresh address. The target has to be resolved."""
        source = None if self._sources is None else next(self._sources)
        pool = _Pool(targets=self._targets, source=source, tls=self._tls, timeout=self._timeout)
        session = FastHttpSession(
            base_url=self._origin,
            request_event=self._event,
            user=None,
            insecure=False,
            client_pool=pool,
            max_redirects=0,
            max_retries=0,
        )
        vars(session.client).update(valid_response_codes=_ANY_STATUS, cookiejar=None)
        return ShopperClient(session, pool, base_path=self._base_path, headers=self._headers, timeout=self._timeout)


def _merge(defaults: HeaderFields, stated: HeaderFields) -> dict[str, str | list[str]]:
    """Give each name its value, or the list of its values where a field is repeated: so the HTTP client wants it.

    It runs before every request of a load.
    """
    known = {name.lower() for name, _ in stated}
    merged: dict[str, str | list[str]] = {name: value for name, value in defaults if name.lower() not in known}
    for name, value in stated:
        earlier = merged.get(name)
        if earlier is None:
            merged[name] = value
        else:
            merged[name] = [*([earlier] if isinstance(earlier, str) else earlier), value]
    return merged


def classify(failure: BaseException) -> RequestOutcome:
    """Name the outcome that an exception of the HTTP client stands for.

    Raises GeneratorError for a limit of the generator's own machine.
    """
    cause: BaseException = getattr(failure, "original", None) or failure
    if isinstance(cause, OSError) and cause.errno in OWN_LIMITS:
        raise GeneratorError(f"No connection could be opened on this side: {cause.strerror}.")
    kinds: tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], RequestOutcome], ...] = (
        ((gevent.Timeout, TimeoutError), RequestOutcome.TIMEOUT),
        (ConnectionRefusedError, RequestOutcome.REFUSED),
        (ssl.SSLError, RequestOutcome.TLS),
        ((HTTPConnectionClosed, ConnectionError, OSError), RequestOutcome.CLOSED),
    )
    return next((outcome for kind, outcome in kinds if isinstance(cause, kind)), RequestOutcome.PROTOCOL)


class _Pool(HTTPClientPool):
    """The one connection of a shopper, where FastHttpSession expects a pool of clients."""

    def __init__(
        self, *, targets: tuple[SocketAddress, ...], source: str | None, tls: SSLContext | None, timeout: float
    ) -> None:
        super().__init__()
        self._targets, self._source, self._tls, self._timeout = targets, source, tls, timeout
        self._client: HTTPClient | None = None

    def get_client(self, url: Any) -> HTTPClient:
        if self._client is None:
            settings: dict[str, Any] = {"connection_timeout": self._timeout, "network_timeout": self._timeout}
            if self._tls is not None:
                settings |= {"ssl": True, "ssl_context_factory": lambda **_ca: self._tls}
            self._client = HTTPClient(url.host, port=url.port, **settings)
            self._client._connection_pool = self._connections(url, settings)  # noqa: SLF001 - no public way in
        return self._client

    def close(self) -> None:
        if self._client is not None:
            self._client.close()

    def _connections(self, url: Any, settings: dict[str, Any]) -> ConnectionPool:
        kind = _PlainConnection if self._tls is None else _TlsConnection
        settings = {name: value for name, value in settings.items() if name != "ssl"}
        return kind(self._targets, self._source, url.host, url.port, url.host, url.port, size=1, **settings)


class _BoundConnection(ConnectionPool):
    """A single connection between given addresses that is closed for certain."""

    def __init__(
        self, targets: tuple[SocketAddress, ...], source: str | None, *arguments: Any, **settings: Any
    ) -> None:
        super().__init__(*arguments, **settings)
        # A source address is one of IPv4, and cannot reach the others.
        self._targets = [each for each in targets if source is None or each[0] == socket.AF_INET]
        self._source = source
        self._open: Any = None
        # HTTPClient.request sends again as often as `size` + 1 says; the pool itself no longer looks at it.
        self.size = -1

    def _resolve(self) -> list[SocketAddress]:
        return self._targets

    def _create_tcp_socket(self, *kind: Any) -> Any:
        tcp = super()._create_tcp_socket(*kind)
        self._open = tcp
        if self._source is not None:
            tcp.bind((self._source, 0))
        return tcp

    def _connect_socket(self, *arguments: Any) -> Any:
        self._open = super()._connect_socket(*arguments)
        return self._open

    def close(self) -> None:
        super().close()
        if self._open is not None:
            self._open.close()


class _PlainConnection(_BoundConnection):
    """Over TCP."""


class _TlsConnection(_BoundConnection, SSLConnectionPool):
    """Over TLS."""
