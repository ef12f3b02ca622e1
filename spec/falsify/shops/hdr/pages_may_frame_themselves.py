"""Pages for people may be framed by pages of their own site."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"HDR-004": "HEADER_WRONG"}


def break_shop() -> None:
    """Open the policy of pages to frames of the same origin."""
    wrap("django.middleware.security:SecurityMiddleware.process_response", _changed)


def _changed(right: Any) -> Any:
    def process_response(middleware: Any, request: Any, response: Any) -> Any:
        answered = right(middleware, request, response)
        if answered.headers.get("Content-Type", "").startswith("text/html"):
            policy = answered.headers["Content-Security-Policy"]
            answered.headers["Content-Security-Policy"] = policy.replace(
                "frame-ancestors 'none'", "frame-ancestors 'self'"
            )
        return answered

    return process_response
