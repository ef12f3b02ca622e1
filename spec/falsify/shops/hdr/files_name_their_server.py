"""Static files say which server in which version they come from."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"HDR-007": "INTERNALS_REVEALED"}


def break_shop() -> None:
    """Name server and version on static files."""
    wrap("django.middleware.security:SecurityMiddleware.process_response", _changed)


def _changed(right: Any) -> Any:
    def process_response(middleware: Any, request: Any, response: Any) -> Any:
        answered = right(middleware, request, response)
        if request.path.startswith("/static/"):
            answered.headers["X-Powered-By"] = "WhiteNoise 6.12 on gunicorn/27.1"
        return answered

    return process_response
