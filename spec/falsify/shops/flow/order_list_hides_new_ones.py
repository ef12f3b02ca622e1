"""The list of orders shows what has been delivered: an order that was just placed is not in it."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"FLOW-004": "WRONG_CONTENT"}


def break_shop() -> None:
    """List what has been delivered."""
    wrap("reference_app.orders.selectors:list_orders", _delivered)


def _delivered(right: Any) -> Any:
    return lambda *, user_id: right(user_id=user_id).filter(status="delivered")
