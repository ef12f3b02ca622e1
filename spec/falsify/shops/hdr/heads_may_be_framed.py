"""Answers to HEAD lack X-Frame-Options."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"HDR-004": "HEADER_MISSING"}


def break_shop() -> None:
    """Remove the header from answers to HEAD."""
    wrap("django.middleware.security:SecurityMiddleware.process_response", _changed)


def _changed(right: Any) -> Any:
    def process_response(middleware: Any, request: Any, response: Any) -> Any:
        answered = right(middleware, request, response)
        if request.method == "HEAD":
            del answered.headers["X-Frame-Options"]
        return answered

    return process_response
