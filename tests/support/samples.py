"""Values that many tests of the specification begin with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

from spec.target.answer_kinds import settle_by_status
from spec.target.exchange import Exchange, Failure, Headers, Request, Response
from spec.target.session import Session
from spec.target.steps import Ask, Steps, Verb, walk
from spec.target.visitor import Reply

T = TypeVar("T")

MOMENT = datetime(2026, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC)
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"


def answered(
    request: Request | None = None,
    *,
    status: int = 200,
    headers: tuple[tuple[str, str], ...] = (),
    body: bytes = b"",
    source: str | None = None,
) -> Exchange:
    """An exchange with an answer."""
    response = Response(status, Headers(headers), body)
    return Exchange(request or Request("GET", "/products"), response, None, MOMENT, 0.25, source)


def unanswered(failure: Failure, request: Request | None = None) -> Exchange:
    """An exchange without an answer."""
    return Exchange(request or Request("GET", "/products"), None, failure, MOMENT, 0.25)


def verb_of(request: Request, read: Callable[[Response], T], *, flow: str = "FLOW-002") -> Verb[T]:
    """Make a verb of one request."""

    def steps(_session: Session) -> Steps[T]:
        return read((yield Ask(request)))

    return Verb("look", flow, steps)


def replied(exchange: Exchange, read: Callable[[Response], T]) -> Reply[T]:
    """Make the outcome of a verb of one request, whose exchange is this one."""
    return Reply(walk(verb_of(exchange.request, read), Session(), lambda _request, _part: exchange), settle_by_status)
