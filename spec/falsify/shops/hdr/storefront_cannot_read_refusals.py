"""The declared origin cannot read an answer that refuses it for its spent budget."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"HDR-009": "HEADER_MISSING"}


def break_shop() -> None:
    """Remove the leave from each 429."""
    wrap("django.middleware.security:SecurityMiddleware.process_response", _changed)


def _changed(right: Any) -> Any:
    def process_response(middleware: Any, request: Any, response: Any) -> Any:
        answered = right(middleware, request, response)
        if answered.status_code == 429:
            answered.headers.pop("Access-Control-Allow-Origin", None)
        return answered

    return process_response
