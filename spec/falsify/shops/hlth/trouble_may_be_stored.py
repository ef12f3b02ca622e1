"""Readiness that says no may be stored for five seconds."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"HLTH-005": "HEADER_WRONG"}


def break_shop() -> None:
    """Let caches keep readiness at 503."""
    wrap("django.middleware.security:SecurityMiddleware.process_response", _changed)


def _changed(right: Any) -> Any:
    def process_response(middleware: Any, request: Any, response: Any) -> Any:
        answered = right(middleware, request, response)
        if request.path == "/readyz" and answered.status_code == 503:
            answered.headers["Cache-Control"] = "max-age=5"
        return answered

    return process_response
