"""Checkout reads the stock and writes the rest back without locking the row in between."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"SHOP-001": "OVERSOLD"}


def break_shop() -> None:
    """Let two checkouts read the same stock, and both find it sufficient."""
    wrap("reference_app.orders.stock:lock_products", _only_read)
    wrap("reference_app.orders.stock:take_from_products", _write_what_is_left)


def _only_read(right: Any) -> Any:
    del right

    def read_products(ids: Any) -> Any:
        from reference_app.catalogue.models import Product

        return Product.objects.defer("search", "description").in_bulk(sorted(set(ids)))

    return read_products


def _write_what_is_left(right: Any) -> Any:
    del right

    def take_from_products(wanted: Any, products: Any, offers: Any) -> bool:
        from reference_app.catalogue.models import Product
        from reference_app.orders.stock import Offer

        for thing, quantity in wanted.items():
            product = products[thing.product_id]
            left = product.stock_quantity - quantity
            if thing.variant_id is None and left >= 0:
                Product.objects.filter(pk=product.pk).update(stock_quantity=left, in_stock=left > 0)
                offers[thing] = Offer(product.name, None, product.price)
        return True

    return take_from_products
