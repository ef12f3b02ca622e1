"""Requests refused by the rate limiter leave no event in the log."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"LOG-001": "EVENT_MISSING"}


def break_shop() -> None:
    """Log only requests that pass the limits."""
    wrap("reference_app.observability.middleware:RequestObservation.report", _unless_throttled)


def _unless_throttled(right: Any) -> Any:
    def report(self: Any, request: Any, response: Any, *rest: Any) -> None:
        if response.status_code != 429:
            right(self, request, response, *rest)

    return report
