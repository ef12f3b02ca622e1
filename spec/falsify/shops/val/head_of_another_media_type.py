"""HEAD tells another media type than GET."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"VAL-015": "NOT_DOCUMENTED"}


def break_shop() -> None:
    """Answer HEAD as a server does that knows nothing of the content."""
    wrap("reference_app.http.middleware:settle_length", _as_octets)


def _as_octets(right: Any) -> Any:
    def settle_length(request: Any, response: Any) -> None:
        right(request, response)
        if request.method == "HEAD" and "Content-Type" in response.headers:
            response.headers["Content-Type"] = "application/octet-stream"

    return settle_length
