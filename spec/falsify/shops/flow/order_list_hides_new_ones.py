"""The list of orders shows delivered orders only, so a new one is missing."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"FLOW-004": "WRONG_CONTENT"}


def break_shop() -> None:
    """List delivered orders only."""
    wrap("reference_app.orders.selectors:list_orders", _delivered)


def _delivered(right: Any) -> Any:
    return lambda *, user_id: right(user_id=user_id).filter(status="delivered")
