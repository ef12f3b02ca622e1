"""The refusal of a customer who asks for what is for staff names the framework and its version."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"HDR-007": "INTERNALS_REVEALED"}


def break_shop() -> None:
    """Write the version of Django into each 403."""
    wrap("django.middleware.security:SecurityMiddleware.process_response", _changed)


def _changed(right: Any) -> Any:
    def process_response(middleware: Any, request: Any, response: Any) -> Any:
        answered = right(middleware, request, response)
        if answered.status_code == 403 and not answered.streaming:
            answered.content = answered.content.replace(b'"title":"', b'"title":"Django 5.2.16: ')
            answered.headers["Content-Length"] = str(len(answered.content))
        return answered

    return process_response
