"""QRY: what lists cost in the database, counted by its own server."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from statistics import median
from typing import Final

from spec.checking.examination import Examination, verifies
from spec.checking.outcomes import Outcome
from spec.checks.support.counted_reads import read_counted
from spec.checks.support.goods import find_products
from spec.run.run_state import RunState
from spec.target.shop import Shop
from spec.target.verbs import Call
from spec.target.visitor import Reply, Visitor
from spec.target.windows.database_window import DatabaseWindow

REPETITIONS: Final = 3
"""Looks at each list, of which the median counts: a statement of something in the background is no part of it."""
VALUE: Final = re.compile(r"'[^']*'|\b\d+\b")
ORDERINGS: Final = ("name", "-name", "price", "-price", "created_at", "-created_at")
SIZES: Final = (50, 49, 48)
"""Page sizes of the repetitions: another size is another answer, which no cache holds yet."""
PRODUCTS: Final = 50

Look = Callable[[int], tuple[Visitor, Call[int]]]
"""Prepares the look of one repetition: a reader, and a call that no cache can answer, read as the number of entries."""
Listing = Callable[[int], Look]
"""Makes a list of so many entries."""


@verifies("QRY-003", effects={"writes", "signs in"})
def test_a_list_costs_as_many_statements_for_many_entries_as_for_one(
    roomy: Shop, run: RunState, examine: Examination
) -> None:
    """A list costs as many database statements for many entries as for one.

    Each of four lists is read three times with one entry and three times with many: products (50), the orders of a
    customer, the reviews of a product, and a cart (20 each). Every read asks for something that no cache holds yet. The
    database's server counts the statements; the median for many entries is no higher than the median for one.
    """
    many = 8 if run.quick else 20
    lists = {
        "products": (_products(roomy, run), PRODUCTS),
        "orders": (_orders(roomy, many), many),
        "reviews": (_reviews(roomy, many), many),
        "cart": (_cart_lines(roomy, many), many),
    }
    costs = [_compare(examine, roomy.windows.database, name, *listing) for name, listing in lists.items()]
    examine.progress(len(costs), len(lists))
    examine.note("statements for one entry and for many: " + ", ".join(costs))


def _compare(examine: Examination, database: DatabaseWindow, name: str, listing: Listing, count: int) -> str:
    few, _ = _count(examine, database, name, listing, 1)
    many, last = _count(examine, database, name, listing, count)
    cost_of_one, cost_of_many = (int(median(map(len, statements))) for statements in (few, many))
    examine.require(
        cost_of_one > 0 and cost_of_many > 0,
        f"{name}: the database saw {cost_of_one} statements for one entry and {cost_of_many} for {count}; the lists "
        "were not read from it, or it does not log them",
    )
    repeated, times = max((_shapes(many) - _shapes(few)).items(), key=lambda item: item[1], default=("", 0))
    wanted = f"{name}: {cost_of_one} statements for {count} entries, as for one"
    seen = f"{cost_of_many} statements; {times} more in {REPETITIONS} looks: {repeated[:300]}"
    examine.that(cost_of_many <= cost_of_one, Outcome.STATEMENTS_GROW, wanted, saw=last, observed=seen)
    return f"{name} {cost_of_one} and {cost_of_many}"


def _shapes(counted: Sequence[Sequence[str]]) -> Counter[str]:
    """Count statements without the values in them: those that ask for one entry each are then the same."""
    return Counter(VALUE.sub("?", statement) for statements in counted for statement in statements)


def _count(
    examine: Examination, database: DatabaseWindow, name: str, listing: Listing, entries: int
) -> tuple[Sequence[Sequence[str]], Reply[int]]:
    look, counted = listing(entries), []
    for repetition in range(REPETITIONS):
        (reply,), statements = read_counted(database, *look(repetition))
        examine.equal(reply.value, entries, f"number of entries among the {name}", saw=reply)
        counted.append(statements or ())
    return counted, reply


def _products(shop: Shop, run: RunState) -> Listing:
    # Orderings that this run has hardly asked for, at odd sizes: nothing of it is in a cache.
    orderings, visitor = run.random("orderings").sample(ORDERINGS, REPETITIONS), shop.visitor()

    def page(size: int) -> Look:
        calls = [shop.verbs.list_products(ordering=ordering, page_size=size) for ordering in orderings]
        return lambda turn: (visitor, calls[turn].map(lambda page: len(page.products)))

    return page


def _orders(shop: Shop, many: int) -> Listing:
    (product,) = find_products(shop, count=1, stock=many + 1)

    def place(count: int) -> Look:
        customer = shop.customer()
        for _ in range(count):
            customer.must(shop.verbs.add_to_cart(product.id, 1))
            customer.must(shop.verbs.place_order())
        return lambda turn: (customer, shop.verbs.list_orders(page_size=SIZES[turn]).map(len))

    return place


def _reviews(shop: Shop, many: int) -> Listing:
    products, visitor = iter(find_products(shop, count=2, stock=1)), shop.visitor()
    customers = [shop.customer() for _ in range(many)]

    def write(count: int) -> Look:
        number = next(products).id
        for customer in customers[:count]:
            customer.must(shop.verbs.write_review(number, rating=4, title="Good", body="As described."))
        return lambda turn: (visitor, shop.verbs.list_reviews(number, page_size=SIZES[turn]).map(len))

    return write


def _cart_lines(shop: Shop, many: int) -> Listing:
    products = find_products(shop, count=many, stock=10)

    def fill(count: int) -> Look:
        customer = shop.customer()
        for product in products[1:count]:
            customer.must(shop.verbs.add_to_cart(product.id, 1))

        def freshen(_: int) -> tuple[Visitor, Call[int]]:
            # Only a write keeps a cache from answering: a cart has no pages.
            customer.must(shop.verbs.add_to_cart(products[0].id, 1))
            return customer, shop.verbs.view_cart().map(lambda cart: len(cart.lines))

        return freshen

    return fill
