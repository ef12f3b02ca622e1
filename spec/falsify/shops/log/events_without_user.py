"""Request events in the log name no user."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"LOG-001": "EVENT_WRONG"}


def break_shop() -> None:
    """Hide the user of the token from the middleware that writes events."""
    wrap("reference_app.observability.middleware:RequestObservation.report", _anonymous)


def _anonymous(right: Any) -> Any:
    def report(self: Any, request: Any, *rest: Any) -> None:
        bearer, request.bearer = getattr(request, "bearer", None), None
        try:
            right(self, request, *rest)
        finally:
            request.bearer = bearer

    return report
