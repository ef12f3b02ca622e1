"""The pages of the back office may run inline scripts."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"HDR-003": "HEADER_WRONG"}


def break_shop() -> None:
    """Allow inline scripts on its pages."""
    wrap("django.middleware.security:SecurityMiddleware.process_response", _changed)


def _changed(right: Any) -> Any:
    def process_response(middleware: Any, request: Any, response: Any) -> Any:
        answered = right(middleware, request, response)
        policy = answered.headers["Content-Security-Policy"]
        if request.path.startswith("/admin/"):
            policy = policy.replace("script-src 'self'", "script-src 'self' 'unsafe-inline'")
        answered.headers["Content-Security-Policy"] = policy
        return answered

    return process_response
