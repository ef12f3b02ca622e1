"""Refusals of the cart."""

from __future__ import annotations

from reference_app.api.problems import Conflict


class QuantityExceeded(Conflict):
    """More of one thing than a cart holds."""

    code = "quantity_exceeded"
    title = "A cart holds no more of this"


class CartFull(Conflict):
    """More different things than a cart holds."""

    code = "cart_full"
    title = "The cart is full"
