"""Each request event is written to the log twice."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"LOG-001": "EVENT_WRONG"}


def break_shop() -> None:
    """Double the root logger's handler."""
    wrap("reference_app.observability.middleware:RequestObservation.report", _twice)


def _twice(right: Any) -> Any:
    def report(self: Any, *rest: Any) -> None:
        right(self, *rest)
        right(self, *rest)

    return report
