"""A refused HEAD says text/html, as if the framework's page were left out, while the same GET is a problem document."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"ERR-001": "NOT_A_PROBLEM_DOCUMENT"}


def break_shop() -> None:
    """State the wrong type last."""
    wrap("reference_app.http.middleware:settle_length", _as_html)


def _as_html(right: Any) -> Any:
    def settle_length(request: Any, response: Any) -> None:
        right(request, response)
        if request.method == "HEAD" and response.status_code >= 400:
            response.headers["Content-Type"] = "text/html; charset=utf-8"

    return settle_length
