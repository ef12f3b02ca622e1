"""Version 1 tells other sites the origin of the page that led there."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"HDR-005": "HEADER_WRONG"}


def break_shop() -> None:
    """Loosen the referrer policy of version 1."""
    wrap("django.middleware.security:SecurityMiddleware.process_response", _changed)


def _changed(right: Any) -> Any:
    def process_response(middleware: Any, request: Any, response: Any) -> Any:
        answered = right(middleware, request, response)
        if request.path.startswith("/api/v1/"):
            answered.headers["Referrer-Policy"] = "no-referrer, strict-origin-when-cross-origin"
        return answered

    return process_response
