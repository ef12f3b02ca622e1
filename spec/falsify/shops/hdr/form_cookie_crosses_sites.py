"""The cookie of the back office's forms comes with requests from other sites."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"HDR-008": "HEADER_WRONG"}


def break_shop() -> None:
    """Set SameSite to None."""
    wrap("django.middleware.csrf:CsrfViewMiddleware._set_csrf_cookie", _changed)


def _changed(right: Any) -> Any:
    def set_csrf_cookie(middleware: Any, request: Any, response: Any) -> None:
        right(middleware, request, response)
        for cookie in response.cookies.values():
            cookie["samesite"] = "None"

    return set_csrf_cookie
