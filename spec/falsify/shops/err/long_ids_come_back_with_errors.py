"""A request id of any length comes back with an error, where the bound on it was forgotten."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"ERR-004": "ECHOED_UNBOUNDED"}


def break_shop() -> None:
    """Take the id from the request once more."""
    wrap("reference_app.http.middleware:settle_length", _with_offered_id)


def _with_offered_id(right: Any) -> Any:
    def settle_length(request: Any, response: Any) -> None:
        offered = request.headers.get("X-Request-ID", "")
        if response.status_code == 404 and offered.isalnum():
            response.headers["X-Request-ID"] = offered
        right(request, response)

    return settle_length
