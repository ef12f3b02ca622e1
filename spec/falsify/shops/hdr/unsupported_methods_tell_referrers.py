"""Answers to unsupported methods have no referrer policy."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"HDR-005": "HEADER_MISSING"}


def break_shop() -> None:
    """Remove the header from each 405."""
    wrap("django.middleware.security:SecurityMiddleware.process_response", _changed)


def _changed(right: Any) -> Any:
    def process_response(middleware: Any, request: Any, response: Any) -> Any:
        answered = right(middleware, request, response)
        if answered.status_code == 405:
            del answered.headers["Referrer-Policy"]
        return answered

    return process_response
