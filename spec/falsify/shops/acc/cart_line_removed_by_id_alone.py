"""A customer can remove a line from another customer's cart by its id."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"ACC-001": "FOREIGN_OBJECT_REACHED"}


def break_shop() -> None:
    """Remove the line in the name of its owner."""
    wrap("reference_app.cart.services:remove_line", _for_its_owner)


def _for_its_owner(right: Any) -> Any:
    def remove_line(*, user_id: int, line_id: int) -> Any:
        from reference_app.cart.models import CartLine

        line = CartLine.objects.select_related("cart__user").filter(pk=line_id).first()
        return right(user_id=line.cart.user.pk if line else user_id, line_id=line_id)

    return remove_line
