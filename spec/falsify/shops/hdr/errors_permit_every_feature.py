"""Errors of the server and refusals of unknown methods have no permissions policy."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"HDR-006": "HEADER_MISSING"}


def break_shop() -> None:
    """Remove the policy from errors other than 401 and 404."""
    wrap("django.middleware.security:SecurityMiddleware.process_response", _changed)


def _changed(right: Any) -> Any:
    def process_response(middleware: Any, request: Any, response: Any) -> Any:
        answered = right(middleware, request, response)
        if answered.status_code >= 400 and answered.status_code not in {401, 404}:
            del answered.headers["Permissions-Policy"]
        return answered

    return process_response
