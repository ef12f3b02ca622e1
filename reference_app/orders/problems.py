"""Refusals of orders."""

from __future__ import annotations

from reference_app.api.problems import Conflict, Problem


class CartEmpty(Conflict):
    """There is nothing to order, perhaps because it has just been ordered."""

    code = "cart_empty"
    title = "The cart is empty"


class InsufficientStock(Conflict):
    """There is less than the cart asks for."""

    code = "insufficient_stock"
    title = "Not enough in stock"


class ProductUnavailable(Conflict):
    """Something in the cart is no longer sold, or no longer in this form."""

    code = "product_unavailable"
    title = "A product is no longer available"


class NotCancellable(Conflict):
    """The order has been shipped, or is cancelled already."""

    code = "not_cancellable"
    title = "The order can no longer be cancelled"


class InvalidTransition(Conflict):
    """An order in this status cannot take the wanted one."""

    code = "invalid_transition"
    title = "The order cannot take this status"


class RequestInFlight(Conflict):
    """A request with this Idempotency-Key is still being worked on; ask again in a moment."""

    code = "idempotency_in_flight"
    title = "A request with this key is in flight"


class KeyReused(Problem):
    """The Idempotency-Key has been used for another request (draft-ietf-httpapi-idempotency-key-header section 2.7)."""

    status = 422
    code = "idempotency_key_reused"
    title = "The key belongs to another request"
