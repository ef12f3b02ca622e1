"""The event of a request that a limit refused names no user, although a signed-in customer sent it."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"LOG-001": "EVENT_WRONG"}


def break_shop() -> None:
    """Forget the user of the token where the limiter answers."""
    wrap("reference_app.observability.middleware:RequestObservation.report", _nobody_is_throttled)


def _nobody_is_throttled(right: Any) -> Any:
    def report(self: Any, request: Any, response: Any, *rest: Any) -> None:
        if response.status_code == 429:
            request.bearer = None
        right(self, request, response, *rest)

    return report
