"""QRY: what lists cost in the database, counted by its own server."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final, Generic, TypeVar

from spec.checking.examination import Examination, verifies
from spec.checking.outcomes import Outcome
from spec.checks.support.database_statements import asked
from spec.checks.support.goods import find_products
from spec.run.run_state import RunState
from spec.target.shop import Shop
from spec.target.values import Cart, Order, ProductPage, Review
from spec.target.visitor import Reply
from spec.target.windows.database_window import DatabaseWindow

T = TypeVar("T")

REPETITIONS: Final = 3
"""Each list is counted so often and the median taken: a statement of something in the background is no part of it."""
VALUE: Final = re.compile(r"'[^']*'|\b\d+\b")
ORDERINGS: Final = ("name", "-name", "price", "-price", "created_at", "-created_at")
SIZES: Final = (50, 49, 48)
"""Page sizes of the repetitions: another size is another answer, which no cache holds yet."""


@dataclass(frozen=True, slots=True)
class Listing(Generic[T]):
    """A list with one entry and the same list with many, read anew at each repetition.

    `freshen` runs before each look, uncounted, where only a write keeps a cache from answering.
    """

    name: str
    entries: Callable[[T], int]
    one: Callable[[int], Reply[T]]
    many: Callable[[int], Reply[T]]
    count: int
    freshen: Callable[[], object] = lambda: None


@verifies("QRY-003", effects={"writes", "signs in"})
def test_a_list_costs_as_many_statements_for_many_entries_as_for_one(
    roomy: Shop, run: RunState, examine: Examination
) -> None:
    """Products, orders, reviews and the cart: the server counts what one entry costs, and what fifty or twenty cost."""
    database = roomy.database
    many = 8 if run.quick else 20
    inspected = [
        _compare(examine, database, _product_list(roomy, run)),
        _compare(examine, database, _order_list(roomy, many)),
        _compare(examine, database, _review_list(roomy, many)),
        _compare(examine, database, _cart(roomy, many)),
    ]
    examine.progress(len(inspected), len(inspected))
    examine.note("statements for one entry and for many: " + ", ".join(inspected))


def _compare(examine: Examination, database: DatabaseWindow, listing: Listing[T]) -> str:
    one = _count(examine, database, listing, listing.one, 1)
    many = _count(examine, database, listing, listing.many, listing.count)
    cost_of_one, cost_of_many = (int(median(map(len, statements))) for statements, _ in (one, many))
    examine.require(
        cost_of_one > 0 and cost_of_many > 0,
        f"{listing.name}: the database saw {cost_of_one} statements for one entry and {cost_of_many} for "
        f"{listing.count}; the lists were not read from it, or it does not log them",
    )
    more = _shapes(many[0]) - _shapes(one[0])
    repeated, times = max(more.items(), key=lambda item: item[1], default=("", 0))
    examine.expect(
        cost_of_many <= cost_of_one,
        Outcome.STATEMENTS_GROW,
        expected=f"{listing.name}: {cost_of_one} statements for {listing.count} entries, as for one",
        observed=f"{cost_of_many} statements; {times} more in {REPETITIONS} looks: {repeated[:300]}",
        exchange=many[1].exchange,
    )
    return f"{listing.name} {cost_of_one} and {cost_of_many}"


def _shapes(counted: Sequence[Sequence[str]]) -> Counter[str]:
    """The statements without the values in them: those that ask for one entry each are then the same."""
    return Counter(VALUE.sub("?", statement) for statements in counted for statement in statements)


def _count(
    examine: Examination, database: DatabaseWindow, listing: Listing[T], read: Callable[[int], Reply[T]], entries: int
) -> tuple[Sequence[Sequence[str]], Reply[T]]:
    counted = []
    for repetition in range(REPETITIONS):
        listing.freshen()
        with database.watch() as log:
            reply = read(repetition)
        seen = listing.entries(reply.value)
        examine.expect(
            seen == entries,
            Outcome.WRONG_CONTENT,
            expected=f"{listing.name} with {entries} entries",
            observed=f"{seen} entries",
            exchange=reply.exchange,
        )
        counted.append(asked(log))
    return counted, reply


def _product_list(shop: Shop, run: RunState) -> Listing[ProductPage]:
    # Orderings that this run has hardly asked for, at odd sizes: nothing of it is in a cache.
    orderings = run.random("orderings").sample(ORDERINGS, REPETITIONS)
    visitor = shop.visitor()
    return Listing(
        "products",
        lambda page: len(page.products),
        lambda turn: visitor.do(shop.verbs.list_products(ordering=orderings[turn], page_size=1)),
        lambda turn: visitor.do(shop.verbs.list_products(ordering=orderings[turn], page_size=50)),
        50,
    )


def _order_list(shop: Shop, many: int) -> Listing[tuple[Order, ...]]:
    (product,) = find_products(shop, count=1, stock=many + 1)
    single, regular = shop.customer(), shop.customer()
    for customer in (single, *(regular for _ in range(many))):
        customer.must(shop.verbs.add_to_cart(product.id, 1))
        customer.must(shop.verbs.place_order())
    return Listing(
        "orders",
        len,
        lambda turn: single.do(shop.verbs.list_orders(page_size=SIZES[turn])),
        lambda turn: regular.do(shop.verbs.list_orders(page_size=SIZES[turn])),
        many,
    )


def _review_list(shop: Shop, many: int) -> Listing[tuple[Review, ...]]:
    quiet, popular = find_products(shop, count=2, stock=1)
    visitor = shop.visitor()
    for number in range(many):
        customer = shop.customer()
        for product in (quiet, popular) if number == 0 else (popular,):
            customer.must(shop.verbs.write_review(product.id, rating=4, title="Good", body="As described."))
    return Listing(
        "reviews",
        len,
        lambda turn: visitor.do(shop.verbs.list_reviews(quiet.id, page_size=SIZES[turn])),
        lambda turn: visitor.do(shop.verbs.list_reviews(popular.id, page_size=SIZES[turn])),
        many,
    )


def _cart(shop: Shop, many: int) -> Listing[Cart]:
    goods = find_products(shop, count=many, stock=10)
    small, large = shop.customer(), shop.customer()
    for product in goods:
        large.must(shop.verbs.add_to_cart(product.id, 1))

    def freshen() -> None:
        for customer in (small, large):
            customer.must(shop.verbs.add_to_cart(goods[0].id, 1))

    return Listing(
        "cart",
        lambda cart: len(cart.lines),
        lambda _: small.do(shop.verbs.view_cart()),
        lambda _: large.do(shop.verbs.view_cart()),
        many,
        freshen,
    )
