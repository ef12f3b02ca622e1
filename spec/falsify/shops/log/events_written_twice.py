"""Each request event is written twice: two handlers stand on the way of one logger."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"LOG-001": "EVENT_WRONG"}


def break_shop() -> None:
    """Double the root logger's handler, as propagation beside a handler of its own does."""
    wrap("reference_app.observability.middleware:RequestObservation.report", _twice)


def _twice(right: Any) -> Any:
    def report(self: Any, *rest: Any) -> None:
        right(self, *rest)
        right(self, *rest)

    return report
