"""Lists that any cache may store do not say that they depend on the origin that asks."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"CACHE-005": "HEADER_WRONG"}


def break_shop() -> None:
    """Name nothing but Accept in Vary where answers may be stored."""
    wrap("django.middleware.security:SecurityMiddleware.process_response", _changed)


def _changed(right: Any) -> Any:
    def process_response(middleware: Any, request: Any, response: Any) -> Any:
        answered = right(middleware, request, response)
        if answered.headers.get("Cache-Control", "").startswith("public"):
            answered.headers["Vary"] = "Accept"
        return answered

    return process_response
