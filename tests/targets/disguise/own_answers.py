"""Answers that the proxy gives itself: to what the shop knows nothing of."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from reference_app.supervisor.supervisor import STOREFRONT
from spec.falsify.proxy.wire_messages import Head, WireAnswer, WireRequest

_FIELDS: Final = (
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ("Strict-Transport-Security", "max-age=63072000; includeSubDomains; preload"),
)
"""The shop's own headers on every answer: the proxy stands for the shop."""


@dataclass(frozen=True, slots=True)
class OwnAnswer:
    """Status, media type and body."""

    status: HTTPStatus
    media_type: str
    body: bytes

    def wire(self, request: WireRequest) -> WireAnswer:
        """Return the answer to a request as it goes over the wire."""
        head = Head(f"HTTP/1.1 {self.status.value} {self.status.phrase}", ()).plus(
            ("Content-Type", self.media_type), ("X-Request-ID", secrets.token_hex(16)), *_FIELDS
        )
        if request.head.all("origin") == [STOREFRONT]:
            head = head.plus(("Access-Control-Allow-Origin", STOREFRONT), ("Vary", "Origin"))
        return WireAnswer(head.with_length(len(self.body)), self.body)


def data(content: object) -> OwnAnswer:
    """Answer with an envelope around the content."""
    return OwnAnswer(HTTPStatus.OK, "application/json", json.dumps({"data": content, "meta": {}}).encode())


def problem(status: int, code: str, detail: str, *, errors: Sequence[str] = ()) -> OwnAnswer:
    """Answer with a problem document (RFC 9457); `errors` are the members that are wrong."""
    found = HTTPStatus(status)
    content: dict[str, object] = {
        "type": f"tag:shop.invalid,2026:problem:{code}",
        "title": found.phrase,
        "status": status,
        "detail": detail,
        "code": code,
    }
    if errors:
        content["errors"] = [{"pointer": f"/{name}", "code": "required", "detail": detail} for name in errors]
    return OwnAnswer(found, "application/problem+json", json.dumps(content).encode())
