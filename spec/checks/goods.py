"""Goods and shelves that a check needs: made by staff where the target grants them, else found in the shop."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from spec.outcomes import Blocked
from spec.target.shop import Shop
from spec.target.values import Category, Product
from spec.target.verbs import Call, ShopVerbs

LOOKED_THROUGH: Final = 100
ENOUGH: Final = 10
LATEST: Final = 9_999_999_999
"""A Unix time with as many digits as today's, far ahead."""


@dataclass(frozen=True, slots=True)
class Goods:
    """What a cart line names."""

    product_id: str
    variant_id: str | None = None


def find_goods(shop: Shop) -> Goods:
    """A thing with enough stock for a few orders, or whose stock is not told. Raises Blocked where there is none."""
    if shop.grants_staff:
        return Goods(shop.new_product(stock=1000).id)
    for product in _products_on_sale(shop):
        if product.variants:
            for variant in product.variants:
                if variant.stock is None or variant.stock >= ENOUGH:
                    return Goods(product.id, variant.id)
        elif product.in_stock and (product.stock is None or product.stock >= ENOUGH):
            return Goods(product.id)
    raise Blocked(f"none of the first {LOOKED_THROUGH} products has a stock of {ENOUGH}")


def find_products(shop: Shop, *, count: int, stock: int) -> list[Product]:
    """So many products without variants, each with at least so much in stock. Raises Blocked where there are fewer."""
    if shop.grants_staff:
        return [shop.new_product(stock=stock) for _ in range(count)]
    suitable = (
        product for product in _products_on_sale(shop) if not product.variants and (product.stock or 0) >= stock
    )
    found = list(islice(suitable, count))
    if len(found) < count:
        raise Blocked(f"fewer than {count} products have a stock of {stock} and no variants")
    return found


def front_name(shop: Shop) -> str:
    """A name for a category that is on the first page of a list by name as well as of one by age, newest first.

    The later it is given, the further in front it is: what earlier runs have left behind stands after it.
    """
    return f"000 {LATEST - int(time.time())} {shop.unique_name('category')}"


def all_categories(verbs: ShopVerbs, page_size: int = 100) -> Call[tuple[Category, ...]]:
    """The category list at a page size, which is spelt as that of a product list is."""
    call = verbs.list_categories()
    return replace(call, request=replace(call.request, query=verbs.list_products(page_size=page_size).request.query))


def _products_on_sale(shop: Shop) -> Iterator[Product]:
    visitor = shop.visitor()
    for listed in visitor.must(shop.verbs.list_products(page_size=LOOKED_THROUGH)).products:
        yield visitor.must(shop.verbs.open_product(listed.id))
