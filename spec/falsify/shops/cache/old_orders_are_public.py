"""Lists of orders in version 1 may be stored by every cache for a minute."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"CACHE-005": "HEADER_WRONG"}


def break_shop() -> None:
    """Call the orders of version 1 public."""
    wrap("django.middleware.security:SecurityMiddleware.process_response", _changed)


def _changed(right: Any) -> Any:
    def process_response(middleware: Any, request: Any, response: Any) -> Any:
        answered = right(middleware, request, response)
        if request.method == "GET" and request.path.startswith("/api/v1/orders"):
            answered.headers["Cache-Control"] = "public, max-age=60"
        return answered

    return process_response
