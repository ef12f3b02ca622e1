"""Preflights of the declared origin do not allow the header that carries the token."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"HDR-010": "HEADER_WRONG"}


def break_shop() -> None:
    """Take the header out of what preflights allow."""
    wrap("django.middleware.security:SecurityMiddleware.process_response", _changed)


def _changed(right: Any) -> Any:
    def process_response(middleware: Any, request: Any, response: Any) -> Any:
        answered = right(middleware, request, response)
        allowed = answered.headers.get("Access-Control-Allow-Headers")
        if allowed is not None:
            answered.headers["Access-Control-Allow-Headers"] = allowed.replace("authorization, ", "")
        return answered

    return process_response
