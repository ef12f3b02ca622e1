"""Operations on products."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from spec.model.shop_state import Shop
from spec.model.shop_views import AllowedOutcome, Kind, ProductView, refusals

if TYPE_CHECKING:
    from spec.model.shop_operations import ChangePrice, ViewProduct, Withdraw

Outcomes = tuple[AllowedOutcome, ...]


def look_at_product(shop: Shop, operation: ViewProduct) -> Outcomes:
    """Show an offered product with its present price and what is left; a withdrawn one is not found."""
    product = shop.product(operation.product)
    if product is None or not product.offered:
        return refusals(shop, Kind.NOT_FOUND)
    return (AllowedOutcome(Kind.DONE, shop, ProductView(product.id, product.price, product.stock)),)


def change_price(shop: Shop, operation: ChangePrice) -> Outcomes:
    """Set the price, in carts too; orders keep theirs. A price of zero or less is invalid (VAL-001).

    Whether staff still find a withdrawn product is left to the shop.
    """
    product = shop.product(operation.product)
    problems = (Kind.INVALID,) if operation.price <= 0 else ()
    if product is None:
        return refusals(shop, *problems, Kind.NOT_FOUND)
    hidden = () if product.offered else refusals(shop, Kind.NOT_FOUND)
    if problems:
        return (*refusals(shop, *problems), *hidden)
    return (AllowedOutcome(Kind.DONE, shop.with_product(replace(product, price=operation.price))), *hidden)


def withdraw(shop: Shop, operation: Withdraw) -> Outcomes:
    """Withdraw the product; it stays in carts, which cannot be ordered with it (SHOP-012).

    Whether a product that is withdrawn already is found, and may be withdrawn once more, is left to the shop.
    """
    product = shop.product(operation.product)
    if product is None:
        return refusals(shop, Kind.NOT_FOUND)
    hidden = () if product.offered else refusals(shop, Kind.NOT_FOUND, Kind.CONFLICT)
    return (AllowedOutcome(Kind.DONE, shop.with_product(replace(product, offered=False))), *hidden)
