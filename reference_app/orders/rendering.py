"""Answers about orders as plain dictionaries."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from reference_app.catalogue.money import spell_money
from reference_app.orders.models import Order, OrderLine


def render_order_summary(version: str, order: Order) -> dict[str, Any]:
    """Return an order as the list shows it."""
    return {
        "id": order.pk,
        "number": order.number,
        "status": order.status,
        **spell_money(version, {"total": order.total}, order.currency),
        "created_at": order.created_at,
    }


def render_order(version: str, order: Order, lines: Iterable[OrderLine]) -> dict[str, Any]:
    """Return an order with its lines."""
    return {
        **render_order_summary(version, order),
        "lines": [render_order_line(version, line, order.currency) for line in lines],
    }


def render_order_line(version: str, line: OrderLine, currency: str) -> dict[str, Any]:
    """Return a line of an order."""
    return {
        "id": line.pk,
        "product_id": line.product_id,
        "variant_id": line.variant_id,
        "name": line.name,
        "quantity": line.quantity,
        **spell_money(version, {"unit_price": line.unit_price, "line_total": line.line_total}, currency),
    }
