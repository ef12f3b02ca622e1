"""Preflights for the cart tell every origin which methods and headers it may use."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"HDR-010": "ORIGIN_ALLOWED"}


def break_shop() -> None:
    """Answer preflights of any origin for the cart."""
    wrap("django.middleware.security:SecurityMiddleware.process_response", _changed)


def _changed(right: Any) -> Any:
    def process_response(middleware: Any, request: Any, response: Any) -> Any:
        answered = right(middleware, request, response)
        if request.method == "OPTIONS" and "/cart" in request.path:
            answered.headers["Access-Control-Allow-Methods"] = "GET, POST, PATCH, DELETE"
        return answered

    return process_response
