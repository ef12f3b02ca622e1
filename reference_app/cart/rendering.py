"""Answers of the cart as plain dictionaries."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from reference_app.cart.models import CartLine
from reference_app.catalogue.models import Product, Variant
from reference_app.catalogue.money import spell_money
from reference_app.catalogue.rendering import join_names


def name_thing(product: Product, variant: Variant | None) -> str:
    """Return the name of what is bought."""
    return join_names(product.name, variant.name if variant else None)


def price_thing(product: Product, variant: Variant | None) -> Decimal:
    """Return the present price of what is bought."""
    return product.price if variant is None else variant.price


def render_cart(version: str, lines: Sequence[CartLine]) -> dict[str, Any]:
    """Return a cart at present prices."""
    total = sum((total_line(line) for line in lines), Decimal(0))
    return {"lines": [render_line(version, line) for line in lines], **spell_money(version, {"total": total})}


def render_line(version: str, line: CartLine) -> dict[str, Any]:
    """Return one line at the present price."""
    return {
        "id": line.pk,
        "product_id": line.product_id,
        "variant_id": line.variant_id,
        "name": name_thing(line.product, line.variant),
        "quantity": line.quantity,
        **spell_money(version, {"unit_price": price_thing(line.product, line.variant), "line_total": total_line(line)}),
    }


def total_line(line: CartLine) -> Decimal:
    """Return quantity times price: whole cents without rounding."""
    return line.quantity * price_thing(line.product, line.variant)
