"""The cookie of the back office's forms is also sent without TLS."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"HDR-008": "HEADER_WRONG"}


def break_shop() -> None:
    """Take Secure from the cookie."""
    wrap("django.middleware.csrf:CsrfViewMiddleware._set_csrf_cookie", _changed)


def _changed(right: Any) -> Any:
    def set_csrf_cookie(middleware: Any, request: Any, response: Any) -> None:
        right(middleware, request, response)
        for cookie in response.cookies.values():
            cookie["secure"] = False

    return set_csrf_cookie
