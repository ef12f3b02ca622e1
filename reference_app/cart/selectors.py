"""Reads of a cart."""

from __future__ import annotations

from reference_app.cart.models import CartLine


def list_lines(*, user_id: int) -> list[CartLine]:
    """Return the lines of a user's cart with what they name, in the order in which they were put in. One statement."""
    lines = CartLine.objects.filter(cart__user_id=user_id).select_related("product", "variant")
    return list(lines.defer("product__search", "product__description").order_by("pk"))
