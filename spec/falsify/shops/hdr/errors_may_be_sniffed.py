"""The header X-Content-Type-Options is missing on error answers."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"HDR-001": "HEADER_MISSING"}


def break_shop() -> None:
    """Remove the header from every answer with a status from 400."""
    wrap("django.middleware.security:SecurityMiddleware.process_response", _on_success_only)


def _on_success_only(right: Any) -> Any:
    def process_response(middleware: Any, request: Any, response: Any) -> Any:
        answered = right(middleware, request, response)
        if answered.status_code >= 400:
            del answered.headers["X-Content-Type-Options"]
        return answered

    return process_response
