"""Checkout reports a product as sold out while another checkout holds its row."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"SHOP-001": "UNDERSOLD"}


def break_shop() -> None:
    """Lock with NOWAIT and answer a held row as sold out."""
    wrap("reference_app.orders.stock:lock_products", _without_waiting)


def _without_waiting(right: Any) -> Any:
    del right

    def lock_products(ids: Any) -> Any:
        from django.db import OperationalError

        from reference_app.catalogue.models import Product
        from reference_app.orders.problems import InsufficientStock

        rows = Product.objects.select_for_update(nowait=True).defer("search", "description")
        try:
            return {product.pk: product for product in rows.filter(pk__in=set(ids)).order_by("pk")}
        except OperationalError:
            raise InsufficientStock("Not enough in stock.") from None

    return lock_products
