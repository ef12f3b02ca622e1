"""Violations of chapter VER that an answer alone shows."""

from __future__ import annotations

from typing import Final

from spec.falsify.points.violations import (
    Scene,
    ViolationKind,
    dropped,
    emptied,
    misspelt,
    only,
    put,
    replaced,
    sent,
)
from spec.falsify.points.wire_facts import VERSION
from spec.target.exchange import Response

DEPRECATED: Final = "v1"
CURRENT: Final = "v2"
_LONG_AGO: Final = "Mon, 01 Jan 2001 00:00:00 GMT"


def _is_deprecated(scene: Scene) -> bool:
    return scene.is_in(VERSION, DEPRECATED)


def _is_current(scene: Scene) -> bool:
    return scene.is_in(VERSION, CURRENT)


def _no_successor(scene: Scene) -> Response | None:
    link = scene.response.headers.get("Link")
    if link is None or "successor-version" not in link:
        return None
    return put(scene.response, "Link", link.replace("successor-version", "latest"))


VIOLATIONS: Final[dict[str, tuple[ViolationKind, ...]]] = {
    "VER-002": (
        *only(
            _is_deprecated,
            dropped("Deprecation"),
            emptied("Deprecation"),
            misspelt("Deprecation"),
            replaced("Deprecation", "true"),
            replaced("Deprecation", "Thu, 01 Jan 2026 00:00:00 GMT"),
            dropped("Sunset"),
            emptied("Sunset"),
            misspelt("Sunset"),
            replaced("Sunset", _LONG_AGO, "Sunset before Deprecation"),
            replaced("Sunset", "@1893456000"),
            replaced("Sunset", "next year"),
            dropped("Link"),
            emptied("Link"),
            ViolationKind("Link to no successor", _no_successor),
        ),
        *only(
            _is_current,
            sent("Deprecation", "@1735689600"),
            sent("Sunset", "Fri, 01 Jan 2038 00:00:00 GMT"),
            sent("Link", '</api/v3/openapi.json>; rel="successor-version"'),
        ),
    ),
}
