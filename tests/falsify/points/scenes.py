"""Scenes by hand: an exchange, its answer, and the facts that a reader finds on the wire of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from spec.falsify.points.issued_tokens import IssuedTokens
from spec.falsify.points.violations import Scene
from spec.falsify.points.wire_facts import Routes, WireReader
from spec.target.exchange import Exchange, Headers, Request, Response

LISTING = """\
GET /admin/
DELETE /admin/
GET /api/v1/orders
GET /api/v2/orders
POST /api/v2/orders
GET /api/v2/orders/{}
GET /api/v2/products
GET /api/v2/products/{}
GET /api/v2/products/{}/reviews
DELETE /api/v2/products/{}
POST /api/v2/tokens
POST /api/v2/tokens/revoke
GET /api/v1/openapi.json
GET /api/v2/openapi.json
GET /livez
GET /static/{}
"""
STAFF = "staff@shop.example"
MOMENT = datetime(2026, 1, 1, tzinfo=UTC)


def reader() -> WireReader:
    """Return a reader of the shop that LISTING lists."""
    return WireReader(Routes.read(LISTING), IssuedTokens(STAFF))


def answered(status: int, content: object = None, **headers: str) -> Response:
    """Return a response; underscores stand for hyphens in the names of its headers."""
    body = b"" if content is None else json.dumps(content).encode()
    kind = "application/problem+json" if status >= 400 else "application/json"
    fields = {"Content-Type": kind, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return Response(status, Headers(fields.items()), body)


def scene(
    response: Response, method: str = "GET", path: str = "/api/v2/products", *, known: WireReader | None = None,
    **more: object,
) -> Scene:  # fmt: skip
    """Return an exchange with this answer, read by `known` or by a reader of its own."""
    request = Request(method, path, from_origin=True, **more)  # type: ignore[arg-type]  # as Request has them
    exchange = Exchange(request, response, None, MOMENT, 0.0)
    return Scene(exchange, response, (known or reader()).read(exchange, response))
