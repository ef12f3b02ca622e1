"""Another customer's order is answered with 403 instead of 404, which reveals that it exists."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"ACC-001": "WRONG_STATUS"}


def break_shop() -> None:
    """Answer 403 for an order of another customer."""
    wrap("reference_app.orders.selectors:open_order", _telling)


def _telling(right: Any) -> Any:
    def open_order(*, user_id: int, order_id: int) -> Any:
        from reference_app.api.problems import Forbidden
        from reference_app.orders.models import Order

        if Order.objects.filter(pk=order_id).exclude(user_id=user_id).exists():
            raise Forbidden
        return right(user_id=user_id, order_id=order_id)

    return open_order
