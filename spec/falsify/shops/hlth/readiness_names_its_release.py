"""Readiness that is whole names the release that runs."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"HLTH-005": "INTERNALS_REVEALED"}


def break_shop() -> None:
    """Write the release into readiness at 200."""
    wrap("django.middleware.security:SecurityMiddleware.process_response", _changed)


def _changed(right: Any) -> Any:
    def process_response(middleware: Any, request: Any, response: Any) -> Any:
        answered = right(middleware, request, response)
        if request.path == "/readyz" and answered.status_code == 200 and request.method == "GET":
            answered.content = answered.content[:-1] + b',"release":"2026.11.3"}'
            answered.headers["Content-Length"] = str(len(answered.content))
        return answered

    return process_response
