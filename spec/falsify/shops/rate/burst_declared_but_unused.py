"""The burst limit is declared in the settings and never applied."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"RATE-003": "ADMITTED_BEYOND_BUDGET", "RATE-004": "ADMITTED_BEYOND_BUDGET"}


def break_shop() -> None:
    """Decide without the burst budget."""
    wrap("reference_app.throttling.middleware:budgets_of", _without_burst)


def _without_burst(right: Any) -> Any:
    return lambda request: [budget for budget in right(request) if budget.name != "burst"]
