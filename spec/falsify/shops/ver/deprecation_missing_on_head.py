"""The deprecated version answers HEAD without the headers that announce its end."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"VER-002": "HEADER_MISSING"}


def break_shop() -> None:
    """Remove what announces the end from every answer to HEAD."""
    wrap("reference_app.http.middleware:ResponseHeaders.__call__", _except_head)


def _except_head(right: Any) -> Any:
    def answer(middleware: Any, request: Any) -> Any:
        response = right(middleware, request)
        if request.method == "HEAD":
            for name in ("Deprecation", "Sunset", "Link"):
                response.headers.pop(name, None)
        return response

    return answer
