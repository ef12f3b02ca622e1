"""Goods and shelves that a check needs: made by staff where the target grants them, else found in the shop."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final, TypeVar

from spec.checking.outcomes import Blocked
from spec.target.shop import Shop
from spec.target.values import Category, Product
from spec.target.verbs import Call, ShopVerbs
from spec.target.visitor import PreparationFailed, Visitor

T = TypeVar("T")

PAGE_SIZE: Final = 20
"""Products on a page: no shop that pages at all refuses so few."""
PAGES: Final = 5
PAGES_BY_ONE: Final = 2
"""Where clients cannot be told apart: 42 requests, inside the 60 that every shop admits in a minute."""
REFUSED: Final = 429
ENOUGH: Final = 10
LATEST: Final = 9_999_999_999
"""A Unix time with as many digits as today's, far ahead."""


@dataclass(frozen=True, slots=True)
class Goods:
    """What a cart line names."""

    product_id: str
    variant_id: str | None = None


def find_goods(shop: Shop) -> Goods:
    """A thing with enough stock for a few orders, or whose stock is not told.

    Raises Blocked where there is none, or where the target admits no further look.
    """
    if shop.grants_staff:
        return Goods(shop.new_product(stock=1000).id)
    for product in _products_on_sale(shop):
        if product.variants:
            for variant in product.variants:
                if variant.stock is None or variant.stock >= ENOUGH:
                    return Goods(product.id, variant.id)
        elif product.in_stock and (product.stock is None or product.stock >= ENOUGH):
            return Goods(product.id)
    raise Blocked(f"none of the first {_pages(shop) * PAGE_SIZE} products has a stock of {ENOUGH}")


def find_products(shop: Shop, *, count: int, stock: int) -> list[Product]:
    """So many products without variants, each with at least so much in stock.

    Raises Blocked where there are fewer, or where the target admits no further look at them.
    """
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
    """The products of the first pages, each page looked through by somebody new where clients can be told apart."""
    cursor: str | None = None
    visitor = shop.visitor()
    for number in range(_pages(shop)):
        if number and shop.tells_clients_apart:
            visitor = shop.visitor()
        page = _admitted(visitor, shop.verbs.list_products(page_size=PAGE_SIZE, cursor=cursor))
        for listed in page.products:
            yield _admitted(visitor, shop.verbs.open_product(listed.id))
        cursor = page.next_cursor
        if cursor is None:
            return


def _pages(shop: Shop) -> int:
    return PAGES if shop.tells_clients_apart else PAGES_BY_ONE


def _admitted(visitor: Visitor, call: Call[T]) -> T:
    try:
        return visitor.must(call)
    except PreparationFailed as failed:
        response = failed.exchange.response
        if response is not None and response.status == REFUSED:
            # No fault of the flow that the call belongs to: others were here before, with the same budget.
            raise Blocked(f"the budget was spent before goods were found: {failed.exchange.summary}") from failed
        raise
