"""The races of CACHE-002: what is written again and again, and where it is looked at meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Final

from spec.checks.support.goods import all_categories, front_name
from spec.checks.support.racing import Race, Reader, Sighting
from spec.target.exchange import Exchange
from spec.target.shop import Shop
from spec.target.values import ProductPage
from spec.target.verbs import Call
from spec.target.visitor import Visitor

READERS_A_SURFACE: Final = 2
PAGE_SIZES: Final = (100, 99, 98, 97, 96, 95)
"""Lists are read at each of these sizes: one content under six keys."""

Steps = list[tuple[int, Callable[[], object]]]


def price_race(shop: Shop, writes: int) -> tuple[Race, Steps]:
    """A price that rises by a cent with each write, on the detail, the list, a search and the cart."""
    verbs, staff, customer = shop.verbs, shop.staff, shop.customer()
    category = staff.must(verbs.create_category(name=shop.unique_name("race")))
    word = shop.unique_name("racing").replace("-", "")
    product = staff.must(
        verbs.create_product(name=f"{word} lamp", price=Decimal("10.00"), stock=5, category_id=category.id)
    )
    customer.must(verbs.add_to_cart(product.id, 1))

    def detail(visitor: Visitor) -> Sighting:
        reply = visitor.do(verbs.open_product(product.id))
        return _cents(reply.value.price.amount, reply.exchange)

    def listed(visitor: Visitor, call: Call[ProductPage]) -> Sighting:
        reply = visitor.do(call)
        return _cents(max((one.price.amount for one in reply.value.products), default=Decimal(0)), reply.exchange)

    def cart() -> Sighting:
        reply = customer.do(verbs.view_cart())
        return _cents(max((line.unit_price.amount for line in reply.value.lines), default=Decimal(0)), reply.exchange)

    readers = []
    for _ in range(READERS_A_SURFACE):
        visitor = shop.visitor()
        lists = [verbs.list_products(category_id=category.id, page_size=size) for size in PAGE_SIZES]
        searches = [verbs.list_products(search=word, page_size=size) for size in PAGE_SIZES]
        readers += [
            Reader("price on the detail", [partial(detail, visitor)]),
            Reader("price in the list", [partial(listed, visitor, call) for call in lists]),
            Reader("price in the search", [partial(listed, visitor, call) for call in searches]),
            Reader("price in the cart", [cart]),
        ]
    steps: Steps = [
        (cents, partial(staff.must, verbs.change_product(product.id, price=Decimal(cents) / 100)))
        for cents in range(1001, 1001 + writes)
    ]
    return Race(readers, 1000), steps


def category_race(shop: Shop, writes: int) -> tuple[Race, Steps]:
    """Categories that become more."""
    names = [front_name(shop) for _ in range(writes)]

    def look(visitor: Visitor, page_size: int) -> Sighting:
        reply = visitor.do(all_categories(shop.verbs, page_size))
        return Sighting(len({one.name for one in reply.value} & set(names)), reply.exchange)

    visitors = [shop.visitor() for _ in range(2 * READERS_A_SURFACE)]
    readers = [
        Reader("number of new categories", [partial(look, visitor, size) for size in PAGE_SIZES])
        for visitor in visitors
    ]
    steps: Steps = [
        (count, partial(shop.staff.must, shop.verbs.create_category(name=name)))
        for count, name in enumerate(names, start=1)
    ]
    return Race(readers, 0), steps


def cart_race(shop: Shop, writes: int) -> tuple[Race, Steps]:
    """A cart of which there is one more with each write."""
    product = shop.new_product(stock=writes + 1)
    customer = shop.customer()
    line = customer.must(shop.verbs.add_to_cart(product.id, 1))

    def look() -> Sighting:
        reply = customer.do(shop.verbs.view_cart())
        return Sighting(sum(one.quantity for one in reply.value.lines), reply.exchange)

    readers = [Reader("quantity in the cart", [look]) for _ in range(2 * READERS_A_SURFACE)]
    steps: Steps = [
        (quantity, partial(customer.must, shop.verbs.change_line(line.id, quantity)))
        for quantity in range(2, 2 + writes)
    ]
    return Race(readers, 1), steps


def _cents(amount: Decimal, exchange: Exchange) -> Sighting:
    return Sighting(int(amount * 100), exchange)
