"""Answers with status 429 lack the security headers, because the rate limiter runs outside of them."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"HDR-001": "HEADER_MISSING"}


def break_shop() -> None:
    """Answer a 429 as the limiter made it."""
    wrap("django.middleware.security:SecurityMiddleware.process_response", _except_429)


def _except_429(right: Any) -> Any:
    def process_response(middleware: Any, request: Any, response: Any) -> Any:
        return response if response.status_code == 429 else right(middleware, request, response)

    return process_response
