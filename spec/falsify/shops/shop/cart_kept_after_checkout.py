"""The cart keeps its lines after checkout."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"SHOP-015": "MODEL_DISAGREES"}


def break_shop() -> None:
    """Leave the emptying to the client."""
    wrap("reference_app.orders.checkout:take_lines", _only_read)


def _only_read(right: Any) -> Any:
    del right

    def read_lines(*, user_id: int) -> Any:
        from reference_app.cart.models import CartLine
        from reference_app.cart.services import TakenLine

        lines = CartLine.objects.filter(cart__user_id=user_id).order_by("pk")
        return [TakenLine(*row) for row in lines.values_list("product_id", "variant_id", "quantity")]

    return read_lines
