"""Violations of CACHE-005 and HLTH-005: what may be kept, and what readiness tells."""

from __future__ import annotations

import json
from typing import Any, Final

from spec.falsify.points.value_classes import read_json
from spec.falsify.points.violations import (
    Scene,
    ViolationKind,
    all_of,
    answered,
    asked_as,
    dropped,
    emptied,
    is_versioned,
    only,
    put,
    replaced,
    sent,
    with_body,
)
from spec.falsify.points.wire_facts import METHOD, OPERATION, ROUTE
from spec.target.exchange import Response

PERSONAL: Final = ("/accounts/me", "/cart", "/orders", "/orders/{}")
READINESS: Final = "GET /readyz"


def _is_personal(scene: Scene) -> bool:
    """Speak of answers that show what is one customer's own."""
    read = scene.is_in(METHOD, "GET", "HEAD") and scene.is_in(ROUTE, *PERSONAL) and scene.status == 200
    return read and is_versioned(scene) and asked_as("a customer", "staff")(scene)


def _kept_without(*names: str) -> ViolationKind:
    """Let the answer be kept, and leave names out of Vary: of what nothing keeps, Vary says nothing."""
    left_out = {name.lower() for name in names}

    def change(scene: Scene) -> Response:
        named = [one.strip() for one in (scene.response.headers.get("Vary") or "").split(",")]
        left = [one for one in named if one.lower() not in left_out]
        return put(put(scene.response, "Vary", ", ".join(left)), "Cache-Control", "private, max-age=60")

    return ViolationKind(f"kept, and Vary without {' and '.join(names)}", change)


def _tells(text: str) -> ViolationKind:
    """Tell a text in readiness: in its object, in its detail, or at its end."""

    def change(scene: Scene) -> Response:
        content: Any = read_json(scene.response.body)
        body = json.dumps({**content, "detail": text}) if isinstance(content, dict) else text
        return with_body(scene.response, body.encode())

    return ViolationKind(f"readiness tells {text!r}", change)


VIOLATIONS: Final[dict[str, tuple[ViolationKind, ...]]] = {
    "CACHE-005": only(
        _is_personal,
        dropped("Cache-Control"),
        emptied("Cache-Control"),
        replaced("Cache-Control", "public, max-age=60"),
        replaced("Cache-Control", "max-age=60"),
        replaced("Cache-Control", "no-cache"),
        replaced("Cache-Control", "public, no-cache"),
        _kept_without("Authorization"),
        _kept_without("Authorization", "Accept"),
    ),
    "HLTH-005": only(
        all_of(lambda scene: scene.is_in(OPERATION, READINESS), answered(200, 503)),
        sent("Cache-Control", "max-age=10"),
        sent("Cache-Control", "public, max-age=60"),
        dropped("Cache-Control"),
        _tells("PostgreSQL 16.2 is up"),
        _tells("redis 7.2.4"),
        _tells("answered by db-primary.internal"),
        sent("X-Backend", "db-primary.internal:5432"),
        _tells("could not connect to 10.0.3.7:5432"),
        _tells('connection to server at "127.0.0.1", port 5432 failed: Connection refused'),
        _tells("psycopg.OperationalError: connection timeout expired"),
    ),
}
