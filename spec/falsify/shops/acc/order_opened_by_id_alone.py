"""A customer can open another customer's order by its id."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"ACC-001": "FOREIGN_OBJECT_REACHED"}


def break_shop() -> None:
    """Look an order up by its id alone."""
    wrap("reference_app.orders.selectors:open_order", lambda right: open_any_order)


def open_any_order(*, user_id: int, order_id: int) -> Any:
    """Return the order to any customer."""
    from reference_app.api.problems import NotFound
    from reference_app.orders.models import Order

    order = Order.objects.filter(pk=order_id).first()
    if order is None:
        raise NotFound
    return order
