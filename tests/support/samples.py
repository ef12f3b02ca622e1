"""Values that many tests of the specification begin with."""

from __future__ import annotations

from datetime import UTC, datetime

from spec.target.exchange import Exchange, Failure, Headers, Request, Response

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
