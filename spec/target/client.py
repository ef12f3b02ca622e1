"""Sends requests exactly as they are written, from a source address of its own, and records what comes of them."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path
from types import TracebackType
from typing import Final, Self
from urllib.parse import quote, urlsplit

import httpx2

from spec.target.circumstances import Circumstances, Identity
from spec.target.exchange import EXAMINED_FIELD, OWN_LIMITS, Exchange, Failure, Headers, Request, Response
from spec.target.recording import Recorder

USER_AGENT: Final = "shopspec"

_VISIBLE: Final = "".join(map(chr, range(0x21, 0x7F)))
"""The characters that a request line carries as they are written. Spaces, controls and all that is not ASCII are
percent-encoded."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The address of the target, and how it is reached.

    `ca_certificate` is the authority that signed the target's certificate, None for those that the system trusts.
    `headers` go with every request that does not state them itself: the key of a tenant, for instance.
    `mark_examined` is set where an intermediary of the specification itself stands in between, and only there.
    """

    base_url: str
    ca_certificate: Path | None = None
    timeout_seconds: float = 10.0
    mark_examined: bool = False
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @property
    def origin(self) -> str:
        """The base URL without its path."""
        parts = urlsplit(self.base_url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def base_path(self) -> str:
        """The path that all paths below the base URL begin with; empty where there is none."""
        return urlsplit(self.base_url).path.rstrip("/")


class OwnLimitReached(Exception):
    """This side could not open a connection (descriptors, ports, memory). It says nothing about the target."""


IDLE_SECONDS: Final = 1.0
"""An idle connection is used again within this time: later, the target may be closing it (gunicorn 2 s, Node 5 s)."""


class Client:
    """One anonymous client with connections of its own. Thread-safe; close it when done.

    With `most_bytes`, the body of an answer is read no further than that. `circumstances` tells the state of the target
    at the moment of a request.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        recorder: Recorder,
        source_address: str | None = None,
        *,
        most_bytes: int | None = None,
        circumstances: Callable[[], Circumstances] | None = None,
    ) -> None:
        self._endpoint = endpoint
        self._most_bytes = most_bytes
        self._circumstances = circumstances or partial(Circumstances, scheme=urlsplit(endpoint.base_url).scheme)
        self._recorder = recorder
        self.source_address = source_address
        transport = httpx2.HTTPTransport(
            verify=_trust(endpoint),
            local_address=source_address,
            trust_env=False,
            limits=httpx2.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=IDLE_SECONDS),
        )
        # A cookie that came with one answer is not sent with the next request unless the request says so.
        forgetful = CookieJar(policy=DefaultCookiePolicy(allowed_domains=()))
        self._http = httpx2.Client(
            transport=transport, timeout=endpoint.timeout_seconds, trust_env=False, cookies=forgetful
        )
        self._origin = endpoint.origin

    @property
    def recorder(self) -> Recorder:
        """The recorder that keeps the exchanges of this client."""
        return self._recorder

    def send(
        self, request: Request, *, examined: bool = False, identity: Identity = Identity.NOBODY, account: str = ""
    ) -> Exchange:
        """Send the request and wait for the answer. Never raises for what the target does: see `Exchange.failure`.

        `identity` says as whom it is asked, and `account` by which account's credentials.

        Raises ValueError for a request that HTTP cannot carry, which is its maker's mistake, and
        OwnLimitReached where this side is what fails.
        """
        request = request.with_defaults(self._endpoint.headers)
        fields = [("User-Agent", USER_AGENT), ("Accept", "*/*"), *request.wire_headers()]
        stated = {name.lower() for name, _ in request.headers}
        fields = [pair for index, pair in enumerate(fields) if index >= 2 or pair[0].lower() not in stated]
        if examined and self._endpoint.mark_examined:
            fields.append((EXAMINED_FIELD, "1"))
        raw_target = request.target if request.from_origin else self._endpoint.base_path + request.target
        message = self._http.build_request(
            request.method,
            self._origin + "/",
            headers=[(name.encode("latin-1", "surrogateescape"), _octets(value)) for name, value in fields],
            content=request.encoded_body() or None,
            # The target as written: a client that tidies paths could never ask for an odd one.
            extensions={"target": quote(raw_target, safe=_VISIBLE).encode("ascii")},
        )
        circumstances = replace(self._circumstances(), identity=identity, account=account)
        started = datetime.now(UTC)
        clock = time.perf_counter()
        response, failure = self._receive(message)
        exchange = Exchange(
            request, response, failure, started, time.perf_counter() - clock, self.source_address, circumstances
        )
        self._recorder.add(exchange, examined=examined)
        return exchange

    def _receive(self, message: httpx2.Request) -> tuple[Response | None, Failure | None]:
        try:
            answer = self._http.send(message, stream=True)
            with closing(answer):
                body = answer.read() if self._most_bytes is None else _read_beginning(answer, self._most_bytes)
        except httpx2.TimeoutException:
            return None, Failure.TIMEOUT
        except httpx2.ConnectError as error:
            _refuse_own_limits(error)
            return None, Failure.TLS if any(isinstance(one, ssl.SSLError) for one in _chain(error)) else Failure.REFUSED
        except httpx2.LocalProtocolError as error:
            raise ValueError(f"HTTP cannot carry this request: {error}") from error
        except (httpx2.NetworkError, httpx2.ProtocolError, httpx2.DecodingError):
            return None, Failure.CLOSED
        fields = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in answer.headers.raw]
        return Response(answer.status_code, Headers(fields), body), None

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _read_beginning(answer: httpx2.Response, most_bytes: int) -> bytes:
    body = bytearray()
    for part in answer.iter_bytes():
        body += part
        if len(body) >= most_bytes:
            break
    return bytes(body[:most_bytes])


def _octets(value: str) -> bytes:
    try:
        return value.encode("latin-1")
    except UnicodeEncodeError:
        return value.encode()


def _refuse_own_limits(error: BaseException) -> None:
    for one in _chain(error):
        if isinstance(one, OSError) and one.errno in OWN_LIMITS:
            raise OwnLimitReached(f"no connection could be opened on this side: {one.strerror}") from error


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


_CONTEXTS: dict[Path | None, ssl.SSLContext] = {}


def _trust(endpoint: Endpoint) -> ssl.SSLContext:
    # Reading a CA file costs milliseconds and a run has hundreds of clients: one context a file.
    if endpoint.ca_certificate not in _CONTEXTS:
        _CONTEXTS[endpoint.ca_certificate] = ssl.create_default_context(
            cafile=str(endpoint.ca_certificate) if endpoint.ca_certificate else None
        )
    return _CONTEXTS[endpoint.ca_certificate]
