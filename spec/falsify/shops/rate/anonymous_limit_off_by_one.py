"""The limit of anonymous clients refuses the hundredth request of an hour, one too early."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from spec.falsify.patching import wrap

KILLS = {"RATE-001": "REFUSED_WITHIN_BUDGET"}


def break_shop() -> None:
    """Take one off the hourly budget of anonymous clients."""
    wrap("reference_app.throttling.middleware:budgets_of", _off_by_one)


def _off_by_one(right: Any) -> Any:
    def shrink(budget: Any) -> Any:
        if budget.name != "anon":
            return budget
        return replace(budget, rate=replace(budget.rate, quantity=budget.rate.quantity - 1))

    return lambda request: [shrink(budget) for budget in right(request)]
