"""An order does not reduce the stock."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"FLOW-004": "WRONG_CONTENT"}


def break_shop() -> None:
    """Put back the pieces that an order has just taken."""
    wrap("reference_app.orders.views:place_order", _without_taking)


def _without_taking(right: Any) -> Any:
    def place_order(*, user_id: int) -> Any:
        from reference_app.orders.stock import Thing, put_back

        placed = right(user_id=user_id)
        put_back({Thing(line.product_id, line.variant_id): line.quantity for line in placed.lines})
        return placed

    return place_order
