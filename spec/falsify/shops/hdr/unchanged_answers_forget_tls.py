"""Answers of the kind "not modified" lack Strict-Transport-Security."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"HDR-002": "HEADER_MISSING"}


def break_shop() -> None:
    """Remove the header from each 304."""
    wrap("django.middleware.security:SecurityMiddleware.process_response", _changed)


def _changed(right: Any) -> Any:
    def process_response(middleware: Any, request: Any, response: Any) -> Any:
        answered = right(middleware, request, response)
        if answered.status_code == 304:
            del answered.headers["Strict-Transport-Security"]
        return answered

    return process_response
