"""Answers without content have no content security policy."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"HDR-003": "HEADER_MISSING"}


def break_shop() -> None:
    """Remove the policy from each 204."""
    wrap("django.middleware.security:SecurityMiddleware.process_response", _changed)


def _changed(right: Any) -> Any:
    def process_response(middleware: Any, request: Any, response: Any) -> Any:
        answered = right(middleware, request, response)
        if answered.status_code == 204:
            del answered.headers["Content-Security-Policy"]
        return answered

    return process_response
