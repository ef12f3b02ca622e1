"""Version 1 answers a PUT, which nothing supports, as if it were a GET of the same resource."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"VAL-012": "WRONG_STATUS"}


def break_shop() -> None:
    """Read where nothing is to be put."""
    wrap("reference_app.api.views:ShopView.dispatch", _reading)


def _reading(right: Any) -> Any:
    def dispatch(view: Any, request: Any, *arguments: Any, **named: Any) -> Any:
        if request.method == "PUT" and request.path.startswith("/api/v1/"):
            request.method = "GET"
        return right(view, request, *arguments, **named)

    return dispatch
