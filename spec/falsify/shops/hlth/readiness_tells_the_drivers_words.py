"""Readiness repeats what the driver said when a dependency is down."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"HLTH-005": "INTERNALS_REVEALED"}


def break_shop() -> None:
    """Write the words of a driver into readiness at 503."""
    wrap("django.middleware.security:SecurityMiddleware.process_response", _changed)


def _changed(right: Any) -> Any:
    def process_response(middleware: Any, request: Any, response: Any) -> Any:
        answered = right(middleware, request, response)
        if request.path == "/readyz" and answered.status_code == 503 and request.method == "GET":
            said = b'"database":"connection to server at \\"10.0.0.5\\", port 5432 failed"'
            answered.content = answered.content.replace(b'"database":"down"', said)
            answered.headers["Content-Length"] = str(len(answered.content))
        return answered

    return process_response
