"""The burst limit applies to anonymous clients only."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"RATE-003": "ADMITTED_BEYOND_BUDGET"}


def break_shop() -> None:
    """Decide without the burst budget if the user is known."""
    wrap("reference_app.throttling.middleware:budgets_of", _trusting)


def _trusting(right: Any) -> Any:
    def budgets_of(request: Any) -> Any:
        budgets = right(request)
        known = any(budget.name == "user" for budget in budgets)
        return [budget for budget in budgets if not (known and budget.name == "burst")]

    return budgets_of
