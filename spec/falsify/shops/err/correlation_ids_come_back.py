"""The id of a proxy, in X-Correlation-ID, comes back as it was sent."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"ERR-004": "ECHOED_UNBOUNDED"}


def break_shop() -> None:
    """Echo the header, whatever it holds."""
    wrap("reference_app.http.middleware:settle_length", _with_correlation)


def _with_correlation(right: Any) -> Any:
    def settle_length(request: Any, response: Any) -> None:
        offered = request.headers.get("X-Correlation-ID", "")
        if offered.isprintable() and offered:
            response.headers["X-Correlation-ID"] = offered
        right(request, response)

    return settle_length
