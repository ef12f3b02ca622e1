"""A customer can cancel another customer's order."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"ACC-001": "FOREIGN_OBJECT_REACHED"}


def break_shop() -> None:
    """Cancel the order in the name of its owner."""
    wrap("reference_app.orders.lifecycle:cancel_order", _for_its_owner)


def _for_its_owner(right: Any) -> Any:
    def cancel_order(*, user_id: int, order_id: int) -> Any:
        from reference_app.orders.models import Order

        order = Order.objects.filter(pk=order_id).first()
        return right(user_id=order.user.pk if order else user_id, order_id=order_id)

    return cancel_order
