"""Static files ask for TLS for a day and leave subdomains out."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"HDR-002": "HEADER_WRONG"}


def break_shop() -> None:
    """Shorten the time on static files."""
    wrap("django.middleware.security:SecurityMiddleware.process_response", _changed)


def _changed(right: Any) -> Any:
    def process_response(middleware: Any, request: Any, response: Any) -> Any:
        answered = right(middleware, request, response)
        if request.path.startswith("/static/"):
            answered.headers["Strict-Transport-Security"] = "max-age=86400"
        return answered

    return process_response
