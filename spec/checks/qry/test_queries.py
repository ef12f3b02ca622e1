"""QRY: what lists cost in the database, counted by its own server."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from statistics import median
from typing import Final

from spec.checking.examination import Examination, verifies
from spec.checking.outcomes import Outcome
from spec.checks.support.counted_reads import read_counted
from spec.run.run_state import RunState
from spec.surface.goods import find_products
from spec.target.shop import Shop
from spec.target.steps import Verb
from spec.target.visitor import Reply, Visitor
from spec.target.windows.database_window import DatabaseWindow

REPETITIONS: Final = 3
"""Looks at each list, of which the median counts: a statement of something in the background is no part of it."""
VALUE: Final = re.compile(r"'[^']*'|\b\d+\b")
ORDERINGS: Final = ("name", "-name", "price", "-price", "created_at", "-created_at")
SIZES: Final = (50, 49, 48)
"""Page sizes of the repetitions: another size is another answer, which no cache holds yet."""
SIDE_BY_SIDE: Final = 2
PRODUCTS: Final = 50
FEW: Final = 8
"""Entries that each need a customer, and entries in quick runs: a statement more for each of them is seen as well."""

Look = Callable[[int], tuple[Visitor, Verb[int]]]
"""Prepares the look of one repetition: a reader, and a verb that no cache can answer, read as the number of entries."""
Listing = Callable[[int], Look]
"""Makes a list of so many entries."""


@verifies("QRY-003", effects={"writes", "signs in"})
def test_a_list_costs_as_many_statements_for_many_entries_as_for_one(
    roomy: Shop, run: RunState, examine: Examination
) -> None:
    """A list costs as many database statements for many entries as for one.

    Each of four lists is read three times with one entry and three times with many: products (50), the orders of a
    customer and a cart (20 each), and the reviews of a product (8, each by another customer), as far as the shop offers
    them. Every read asks for something that no cache holds yet. The database's server counts the statements; the median
    for many entries is no higher than the median for one.
    """
    many, verbs = FEW if run.quick else 20, roomy.verbs
    # The same for each list, and made side by side: to make a customer is to hash a password twice.
    with ThreadPoolExecutor(SIDE_BY_SIDE) as threads:
        customers = list(threads.map(lambda _: roomy.customer(), range(FEW if verbs.offers("register") else 4)))
    lists: dict[str, tuple[Callable[[], Listing], int]] = {
        "orders": (lambda: _orders(roomy, many, customers[:2]), many),
        "cart": (lambda: _cart_lines(roomy, many, customers[2:4]), many),
    }
    if verbs.offers("list_products.cursor"):
        lists["products"] = (lambda: _products(roomy, run), PRODUCTS)
    if verbs.offers("write_review") and verbs.offers("list_reviews") and len(customers) == FEW:
        lists["reviews"] = (lambda: _reviews(roomy, customers), FEW)
    database = roomy.windows.database
    costs = [_compare(examine, database, name, make(), count) for name, (make, count) in lists.items()]
    missing = [] if "products" in lists else ["products: their list cannot be asked for one entry alone"]
    examine.progress(len(costs), len(costs) + len(missing), missing)
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
        visitor, verb = look(repetition)
        # What is examined is what the database's server counts.
        (reply,), statements = read_counted(database, visitor.twin, verb)
        examine.require(reply.value == entries, f"{reply.value} {name} instead of {entries} were listed")
        counted.append(statements or ())
    return counted, reply


def _products(shop: Shop, run: RunState) -> Listing:
    verbs, visitor = shop.verbs, shop.visitor()
    if verbs.offers("list_products.ordering"):
        # Orderings that this run has hardly asked for, at odd sizes: nothing of it is in a cache.
        orderings: list[str | None] = list(run.random("orderings").sample(ORDERINGS, REPETITIONS))
    else:
        orderings = [None] * REPETITIONS
    changed = shop.new_product(stock=5) if None in orderings else None

    def page(size: int) -> Look:
        def look(turn: int) -> tuple[Visitor, Verb[int]]:
            if changed is not None:
                # Only a write keeps a cache from answering.
                shop.staff.must(verbs.change_product(changed.id, name=shop.unique_name("product")))
            listed = verbs.list_products(ordering=orderings[turn], page_size=size)
            return visitor, listed.map(lambda page: len(page.products))

        return look

    return page


def _orders(shop: Shop, many: int, customers: Sequence[Visitor]) -> Listing:
    (product,), left = find_products(shop, count=1, stock=many + 1), iter(customers)

    def place(count: int) -> Look:
        customer = next(left)
        for _ in range(count):
            customer.must(shop.verbs.add_to_cart(product.id, 1))
            customer.must(shop.verbs.place_order())
        return lambda turn: (customer, shop.verbs.list_orders(page_size=SIZES[turn]).map(len))

    return place


def _reviews(shop: Shop, customers: Sequence[Visitor]) -> Listing:
    products, visitor = iter(find_products(shop, count=2, stock=1)), shop.visitor()

    def write(count: int) -> Look:
        number = next(products).id
        for customer in customers[:count]:
            customer.must(shop.verbs.write_review(number, rating=4, title="Good", body="As described."))
        return lambda turn: (visitor, shop.verbs.list_reviews(number, page_size=SIZES[turn]).map(len))

    return write


def _cart_lines(shop: Shop, many: int, customers: Sequence[Visitor]) -> Listing:
    products, left = find_products(shop, count=many, stock=10), iter(customers)

    def fill(count: int) -> Look:
        customer = next(left)
        for product in products[1:count]:
            customer.must(shop.verbs.add_to_cart(product.id, 1))

        def freshen(_: int) -> tuple[Visitor, Verb[int]]:
            # Only a write keeps a cache from answering: a cart has no pages.
            customer.must(shop.verbs.add_to_cart(products[0].id, 1))
            return customer, shop.verbs.view_cart().map(lambda cart: len(cart.lines))

        return freshen

    return fill
