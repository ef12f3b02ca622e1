"""Adding something to the cart takes a third of a second longer than it should."""

from __future__ import annotations

import time
from typing import Any

from spec.falsify.patching import wrap

KILLS = {"PERF-001": "LIMIT_MISSED"}

LONGER_SECONDS = 0.33


def break_shop() -> None:
    """Wait before each addition."""
    wrap("reference_app.cart.services:add_line", _slowly)


def _slowly(right: Any) -> Any:
    def add(*arguments: Any, **more: Any) -> Any:
        time.sleep(LONGER_SECONDS)
        return right(*arguments, **more)

    return add
