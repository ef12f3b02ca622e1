"""Errors of version 1 may be read by the pages of any origin that asks."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"HDR-009": "ORIGIN_ALLOWED"}


def break_shop() -> None:
    """Echo the origin on errors of version 1."""
    wrap("django.middleware.security:SecurityMiddleware.process_response", _changed)


def _changed(right: Any) -> Any:
    def process_response(middleware: Any, request: Any, response: Any) -> Any:
        answered = right(middleware, request, response)
        origin = request.headers.get("Origin")
        if origin and answered.status_code >= 400 and request.path.startswith("/api/v1/"):
            answered.headers["Access-Control-Allow-Origin"] = origin
            answered.headers["Access-Control-Allow-Credentials"] = "true"
        return answered

    return process_response
