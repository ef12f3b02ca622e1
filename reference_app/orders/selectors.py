"""Reads of orders, always those of one user."""

from __future__ import annotations

from django.db.models import QuerySet

from reference_app.api.problems import NotFound
from reference_app.orders.models import Order, OrderLine


def list_orders(*, user_id: int) -> QuerySet[Order]:
    """Return the orders of a user, in no order yet."""
    return Order.objects.filter(user_id=user_id)


def open_order(*, user_id: int, order_id: int) -> Order:
    """Return one order of a user. Raises NotFound, also for another user's order."""
    order = Order.objects.filter(pk=order_id, user_id=user_id).first()
    if order is None:
        raise NotFound
    return order


def list_lines(order: Order) -> list[OrderLine]:
    """Return the lines of an order, as they were in the cart."""
    return list(OrderLine.objects.filter(order=order).order_by("pk"))
