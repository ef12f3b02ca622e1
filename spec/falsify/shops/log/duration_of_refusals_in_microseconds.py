"""The duration of refused requests is a thousand times what it was."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"LOG-001": "EVENT_WRONG"}


def break_shop() -> None:
    """Report microseconds as milliseconds in the events of refusals."""
    wrap("reference_app.observability.middleware:RequestObservation.report", _in_another_unit)


def _in_another_unit(right: Any) -> Any:
    def report(self: Any, request: Any, response: Any, seconds: float, *rest: Any) -> None:
        right(self, request, response, seconds * 1000 if response.status_code >= 400 else seconds, *rest)

    return report
