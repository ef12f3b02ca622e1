"""Limits count in fixed windows of the clock, so twice the budget passes around the edge of a window."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

from spec.falsify.patching import wrap

KILLS = {"RATE-003": "ADMITTED_BEYOND_BUDGET"}


def break_shop() -> None:
    """Begin a new log with each window of the clock."""
    wrap("reference_app.throttling.middleware:budgets_of", _by_the_clock)


def _by_the_clock(right: Any) -> Any:
    def number_window(budget: Any) -> Any:
        return replace(budget, spender=f"{budget.spender}:{int(time.time() // budget.rate.seconds)}")

    return lambda request: [number_window(budget) for budget in right(request)]
