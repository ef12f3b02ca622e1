"""The link to the next page of a list carries the token of the request."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"TOK-016": "SECRET_DISCLOSED"}


def break_shop() -> None:
    """Write the token into the link to the next page of a signed-in reader."""
    wrap("django.middleware.security:SecurityMiddleware.process_response", _changed)


def _changed(right: Any) -> Any:
    def process_response(middleware: Any, request: Any, response: Any) -> Any:
        answered = right(middleware, request, response)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if token and answered.status_code == 200 and not answered.streaming:
            answered.content = answered.content.replace(b"cursor=", f"access_token={token}&cursor=".encode())
            answered.headers["Content-Length"] = str(len(answered.content))
        return answered

    return process_response
