"""Messages as they go over the wire: a request, a response, and the exchange that they make."""

from __future__ import annotations

import errno
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import ClassVar, Final, Self
from urllib.parse import urlencode

from spec.target.circumstances import SHIPPED, Circumstances
from spec.target.curl import curl_line
from spec.target.observations import EvidenceContent, ObservationKind
from spec.target.redaction import redact_exchange


class Unset(Enum):
    """The type of `UNSET`, which tells a request without a body from one whose body is JSON null."""

    UNSET = "unset"


UNSET: Final = Unset.UNSET
OWN_LIMITS: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM, errno.EADDRNOTAVAIL})
"""Socket errors of the machine that sends: no verdict on a target may rest on them."""
SHOWN_TARGET: Final = 200
"""Characters of a target that a summary shows, and of one part of it where it is longer than that."""
SHOWN_PART: Final = 60
EXAMINED_FIELD: Final = "Shopspec-Examined"
"""Header by which a client tells an intermediary of its own that this exchange is the one under examination."""
MARK_VARIABLE: Final = "SHOPSPEC_MARK_EXAMINED"
"""Set by falsify alone: a target must not be able to ask which of the exchanges count."""


class UnexpectedAnswer(Exception):
    """The target answered, but not as the verb promises.

    Carries both sides and, once it is known which exchange was read, that exchange: evidence must never be a guess.
    """

    def __init__(self, expected: str, observed: str, exchange: Exchange | None = None) -> None:
        super().__init__(f"expected {expected}, observed {observed}")
        self.expected = expected
        self.observed = observed
        self.exchange = exchange


class Headers:
    """Header fields of a message: names compare without case, order and repetition are kept (RFC 9110 §5)."""

    __slots__ = ("_fields",)

    def __init__(self, fields: Iterable[tuple[str, str]] = ()) -> None:
        self._fields = tuple(fields)

    def get(self, name: str) -> str | None:
        """Return the value of the field, repeated ones joined by a comma (RFC 9110 §5.3); None if there is none."""
        values = self.get_all(name)
        return ", ".join(values) if values else None

    def get_all(self, name: str) -> tuple[str, ...]:
        """List each value of the field in the order in which it came."""
        wanted = name.lower()
        return tuple(value for key, value in self._fields if key.lower() == wanted)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and bool(self.get_all(name))

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Headers) and self._fields == other._fields

    def __hash__(self) -> int:
        return hash(self._fields)

    def __repr__(self) -> str:
        return f"Headers({list(self._fields)!r})"


@dataclass(frozen=True, slots=True)
class Request:
    """A request before anybody sends it.

    `path` is absolute below the target's base URL. `json` is encoded as the body unless `body` gives the bytes itself.
    `operation` names what a shopper does with it ("list products"); statistics and reports group by it. With
    `from_origin` the path begins at the target's host, whatever path its base URL has.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    json: object = UNSET
    body: bytes | None = None
    operation: str = ""
    from_origin: bool = False
    malformed: bool = False
    """Sent on purpose so that no HTTP server has to read it: its parser may refuse it before there is a request."""
    provokes: str = ""
    """The kind of answer that it is sent to provoke, as the tour names it; empty where none is meant."""

    @property
    def target(self) -> str:
        """Path and query as they stand in the request line."""
        return f"{self.path}?{urlencode(self.query)}" if self.query else self.path

    def with_header(self, name: str, value: str) -> Request:
        """Return the same request with one more header field."""
        return replace(self, headers=(*self.headers, (name, value)))

    def with_cookies(self, pairs: str) -> Request:
        """Return the same request with cookies, before those that it states itself: there is one Cookie field."""
        stated = [value for name, value in self.headers if name.lower() == "cookie"]
        others = tuple((name, value) for name, value in self.headers if name.lower() != "cookie")
        return replace(self, headers=(*others, ("Cookie", "; ".join([pairs, *stated]))))

    def with_defaults(self, fields: Iterable[tuple[str, str]]) -> Request:
        """Return the same request with those of the header fields that it does not state itself."""
        stated = {name.lower() for name, _ in self.headers}
        missing = tuple((name, value) for name, value in fields if name.lower() not in stated)
        return replace(self, headers=(*self.headers, *missing)) if missing else self

    def with_bearer(self, token: str) -> Request:
        """Return the same request with an access token (RFC 6750 §2.1)."""
        return self.with_header("Authorization", f"Bearer {token}")

    def encoded_body(self) -> bytes:
        """Return the bytes of the body; empty where there is none."""
        if self.body is not None:
            return self.body
        if self.json is UNSET:
            return b""
        return json.dumps(self.json, ensure_ascii=False).encode()

    def wire_headers(self) -> tuple[tuple[str, str], ...]:
        """Header fields with the content type that the body implies, unless the request states one itself."""
        stated = {name.lower() for name, _ in self.headers}
        if self.json is not UNSET and self.body is None and "content-type" not in stated:
            return (*self.headers, ("Content-Type", "application/json"))
        return self.headers


@dataclass(frozen=True, slots=True)
class Response:
    """An answer, read to its end."""

    status: int
    headers: Headers = field(default_factory=Headers)
    body: bytes = b""

    def json(self, *, real: type[Decimal | float] = Decimal) -> object:
        """Read the body as JSON, numbers with a point exactly. Raises UnexpectedAnswer when it is none."""
        try:
            return json.loads(self.body, parse_float=real, parse_constant=_refuse_constant)
        except (ValueError, InvalidOperation, RecursionError) as error:
            # A number too long or too large for Python, or nesting too deep for it, is no JSON that a verb can mean.
            media_type = self.headers.get("Content-Type") or "no media type"
            beginning = self.body[:80].decode(errors="replace")
            message = f"{self.status} {media_type}: {beginning!r}"
            raise UnexpectedAnswer("a JSON body", message) from error

    @property
    def succeeded(self) -> bool:
        """Tell if the status is one of success (RFC 9110 §15.3)."""
        return 200 <= self.status < 300

    @property
    def is_server_error(self) -> bool:
        """Tell if the status says that the target itself failed (RFC 9110 §15.6)."""
        return 500 <= self.status < 600

    @property
    def may_have_content(self) -> bool:
        """Tell if an answer of this status may have a body (RFC 9110 §6.4.1)."""
        return self.status >= 200 and self.status not in {204, 205, 304}

    @property
    def knows_no_such_method(self) -> bool:
        """Tell if the status says that the server has no use for the method, whatever the resource (§15.6.2)."""
        return self.status == 501


def _refuse_constant(name: str) -> None:
    """Refuse NaN and Infinity, which Python reads and JSON lacks (RFC 8259 §6)."""
    message = f"{name} is no JSON"
    raise ValueError(message)


def shorten_target(target: str) -> str:
    """Write a request's target in one line that can be read: a part that is too long as its length alone.

    Never the beginning of a part: half a secret would not be recognised as one.
    """
    if len(target) <= SHOWN_TARGET:
        return target
    parts = re.split(r"([/?&=])", target)
    short = "".join(one if len(one) <= SHOWN_PART else f"({len(one)} characters)" for one in parts)
    return short if len(short) <= SHOWN_TARGET else f"(a target of {len(target)} characters)"


class Failure(Enum):
    """Why there is no answer. `timeout` leaves open whether the target acted."""

    REFUSED = "connection refused"
    TIMEOUT = "no answer in time"
    CLOSED = "connection closed without an answer"
    TLS = "TLS handshake failed"


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and what came of it. Exactly one of `response` and `failure` is set."""

    kind: ClassVar[ObservationKind] = ObservationKind.EXCHANGE
    request: Request
    response: Response | None
    failure: Failure | None
    started: datetime
    seconds: float
    source_address: str | None = None
    circumstances: Circumstances = SHIPPED

    @property
    def summary(self) -> str:
        """One line of bounded length for a reader: what was asked and how it was answered."""
        outcome = str(self.response.status) if self.response else self.failure.value if self.failure else "nothing"
        return f"{self.request.method} {shorten_target(self.request.target)} → {outcome}"

    def evidence(self, secrets: Iterable[str]) -> EvidenceContent:
        """Show both messages in the form of HTTP/1.1, without secrets."""
        redacted = redact_exchange(self, secrets)
        return EvidenceContent(redacted.text.encode(errors="replace"), "message/http", redacted.redactions)

    def reproduce(self, secrets: Iterable[str]) -> str | None:
        """Return a curl line."""
        return curl_line(self.request, secrets)

    def nulled(self) -> Self:
        """Return an empty success. Falsify nulls exchanges in front of the target, where they are real ones."""
        return replace(self, response=Response(200), failure=None)
