"""Each request event is written to the log a second time, 0.3 s after the answer."""

from __future__ import annotations

import contextvars
import threading
from typing import Any

from spec.falsify.patching import wrap

KILLS = {"LOG-001": "EVENT_WRONG"}
LATER_SECONDS = 0.3


def break_shop() -> None:
    """Write each event again from a timer, as a handler does that retries."""
    wrap("reference_app.observability.middleware:RequestObservation.report", _and_again)


def _and_again(right: Any) -> Any:
    def report(self: Any, *rest: Any) -> None:
        right(self, *rest)
        request = contextvars.copy_context()
        timer = threading.Timer(LATER_SECONDS, request.run, (right, self, *rest))
        timer.daemon = True
        timer.start()

    return report
