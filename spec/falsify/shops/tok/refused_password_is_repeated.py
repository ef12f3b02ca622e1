"""The refusal of a registration shows what was sent, the password with it."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"TOK-016": "SECRET_DISCLOSED"}


def break_shop() -> None:
    """Write the body of the request into each 400 for an account."""
    wrap("django.middleware.security:SecurityMiddleware.process_response", _changed)


def _changed(right: Any) -> Any:
    def process_response(middleware: Any, request: Any, response: Any) -> Any:
        answered = right(middleware, request, response)
        if answered.status_code == 400 and request.path.endswith("/accounts"):
            answered.content = answered.content[:-1] + b',"input":' + (request.body or b"null") + b"}"
            answered.headers["Content-Length"] = str(len(answered.content))
        return answered

    return process_response
