"""Putting something into the cart takes a third of a second longer than it should, everything else does not."""

from __future__ import annotations

import time
from typing import Any

from spec.falsify.patching import wrap

KILLS = {"PERF-001": "LIMIT_MISSED"}

LONGER_SECONDS = 0.33


def break_shop() -> None:
    """Wait before each addition, as for a stock service that answers slowly."""
    wrap("reference_app.cart.services:add_line", _slowly)


def _slowly(right: Any) -> Any:
    def add(*arguments: Any, **more: Any) -> Any:
        time.sleep(LONGER_SECONDS)
        return right(*arguments, **more)

    return add
