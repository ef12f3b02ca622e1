"""Goods and shelves that a check needs: made by staff where the target grants them, else found in the shop."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Final

from spec.checking.outcomes import Blocked
from spec.target.answer_kinds import AnswerKind
from spec.target.shop import Shop
from spec.target.steps import Verb
from spec.target.values import UNTOLD, Category, Product
from spec.target.verbs import ShopVerbs
from spec.target.visitor import PreparationFailed, Visitor

PAGE_SIZE: Final = 20
"""Products on a page: no shop that pages at all refuses so few."""
LARGEST_PAGE: Final = 50
"""Entries on the largest page that a check asks for: many shops refuse more."""
PAGES: Final = 5
PAGES_BY_ONE: Final = 2
"""Pages for clients that cannot be told apart: 42 requests, inside the 60 that every shop admits in a minute."""
ENOUGH: Final = 10
LATEST: Final = 9_999_999_999
"""A Unix time with as many digits as today's, far ahead."""


@dataclass(frozen=True, slots=True)
class Goods:
    """A product, or one of its variants, as a cart line names it."""

    product_id: str
    variant_id: str | None = None


def find_goods(shop: Shop) -> Goods:
    """Find something with enough stock for a few orders, or whose stock is not told.

    Raises Blocked where there is none, or where the target admits no further look.
    """
    if shop.grants_staff:
        return Goods(shop.new_product(stock=1000).id)
    for product in _products_on_sale(shop):
        offered = product.variants or ([product] if product.in_stock else [])
        for one in offered:
            if one.stock is UNTOLD or one.stock >= ENOUGH:
                return Goods(product.id, None if one is product else one.id)
    raise Blocked(f"none of the first {_pages(shop) * PAGE_SIZE} products has a stock of {ENOUGH}")


def find_products(shop: Shop, *, count: int, stock: int) -> list[Product]:
    """Find so many products without variants, each with at least so much in stock.

    Raises Blocked where there are fewer, or where the target admits no further look at them.
    """
    if shop.grants_staff:
        return [shop.new_product(stock=stock) for _ in range(count)]
    offered = _products_on_sale(shop)
    suiting = (one for one in offered if not one.variants and one.stock is not UNTOLD and one.stock >= stock)
    found = list(islice(suiting, count))
    if len(found) < count:
        raise Blocked(f"fewer than {count} products have a stock of {stock} and no variants")
    return found


def clear_cart(verbs: ShopVerbs, customer: Visitor) -> None:
    """Empty the customer's cart, line by line where that cannot be done in one go. Raises PreparationFailed."""
    if verbs.offers("empty_cart"):
        customer.must(verbs.empty_cart())
        return
    for line in customer.must(verbs.view_cart()).lines:
        customer.must(verbs.remove_line(line.id))


def take_out(verbs: ShopVerbs, line_id: str) -> Verb[None]:
    """Take out the only line of a cart: by itself, or with the whole cart where no line can be removed by itself."""
    alone = verbs.offers("remove_line") or not verbs.offers("empty_cart")
    return verbs.remove_line(line_id) if alone else verbs.empty_cart()


def find_unreviewed(shop: Shop, customer: Visitor) -> str:
    """Find a product that the customer has not reviewed yet, and return its id.

    Somebody new has reviewed nothing. Who wrote a review is not told, so for an account that was brought it is a
    product without any. Raises Blocked where there is none.
    """
    verbs = shop.verbs
    if shop.grants_staff or verbs.offers("register"):
        return find_goods(shop).product_id
    with _blocking_by_budget(verbs):
        for product in _products_on_sale(shop):
            if not customer.must(verbs.list_reviews(product.id)):
                return product.id
    looked_at = _pages(shop) * PAGE_SIZE
    raise Blocked(f"each of the first {looked_at} products has reviews, of which one may be the brought account's own")


def front_name(shop: Shop) -> str:
    """Name a category so that it is on the first page of a list by name and of one by age, newest first.

    The later it is given, the further in front it is: what earlier runs have left behind stands after it.
    """
    return f"000 {LATEST - int(time.time())} {shop.unique_name('category')}"


def all_categories(verbs: ShopVerbs, page_size: int = LARGEST_PAGE) -> Verb[tuple[Category, ...]]:
    """List as many categories as any check makes."""
    return verbs.list_categories(page_size=page_size)


def _products_on_sale(shop: Shop) -> Iterator[Product]:
    """Open the products of the first pages, each page with a new visitor where clients can be told apart."""
    visitor, cursor = shop.visitor(), None
    with _blocking_by_budget(shop.verbs):
        for number in range(_pages(shop)):
            if number and shop.tells_clients_apart:
                visitor = shop.visitor()
            page = visitor.must(shop.verbs.list_products(page_size=PAGE_SIZE, cursor=cursor))
            for listed in page.products:
                yield visitor.must(shop.verbs.open_product(listed.id))
            cursor = page.next_cursor
            if cursor is None:
                return


@contextmanager
def _blocking_by_budget(verbs: ShopVerbs) -> Iterator[None]:
    try:
        yield
    except PreparationFailed as failed:
        response = failed.exchange.response
        if response is not None and verbs.settle(response) is AnswerKind.BUDGET:
            # No fault of the flow that the call belongs to: others were here before, with the same budget.
            raise Blocked(f"the budget was spent before goods were found: {failed.exchange.summary}") from failed
        raise


def _pages(shop: Shop) -> int:
    return PAGES if shop.tells_clients_apart else PAGES_BY_ONE
