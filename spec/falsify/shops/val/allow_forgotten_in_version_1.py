"""Version 1 refuses a method with 405 and without Allow."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"VAL-012": "HEADER_MISSING"}


def break_shop() -> None:
    """Take Allow off again."""
    wrap("reference_app.http.middleware:settle_length", _without_allow)


def _without_allow(right: Any) -> Any:
    def settle_length(request: Any, response: Any) -> None:
        if request.path.startswith("/api/v1/"):
            response.headers.pop("Allow", None)
        right(request, response)

    return settle_length
