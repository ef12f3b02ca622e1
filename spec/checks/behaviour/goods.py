"""Goods and shelves that a check needs: made by staff where the target grants them, else found in the shop."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from spec.examination import Examination
from spec.target.shop import Shop
from spec.target.values import Category, Product
from spec.target.verbs import Call, ShopVerbs

LOOKED_THROUGH: Final = 100
LATEST: Final = 9_999_999_999
"""A Unix time with as many digits as today's, far ahead."""


def grants_staff(shop: Shop) -> bool:
    """Whether the target grants a staff account."""
    return "admin" in shop.profile.capabilities


def products(shop: Shop, examine: Examination, *, count: int, stock: int) -> list[Product]:
    """So many products without variants, each with at least so much in stock. Raises Blocked where there are fewer."""
    if grants_staff(shop):
        return [shop.new_product(stock=stock) for _ in range(count)]
    found = [product for _, product in zip(range(count), _in_stock(shop, stock), strict=False)]
    examine.require(len(found) == count, f"fewer than {count} products have a stock of {stock} and no variants")
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


def _in_stock(shop: Shop, stock: int) -> Iterator[Product]:
    visitor = shop.visitor()
    for listed in visitor.must(shop.verbs.list_products(page_size=LOOKED_THROUGH)).products:
        product = visitor.must(shop.verbs.open_product(listed.id))
        if not product.variants and (product.stock or 0) >= stock:
            yield product
