"""CACHE-001: what every visitor asks for first is answered from the cache, and the cache is why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from spec.checking.examination import Examination, verifies
from spec.checking.outcomes import Outcome
from spec.checks.support.counted_reads import read_counted
from spec.surface.goods import all_categories, find_products, front_name
from spec.target.cache_status import claims_hit
from spec.target.shop import Shop
from spec.target.steps import Verb
from spec.target.values import UNTOLD, ProductPage
from spec.target.visitor import Reply, Visitor
from spec.target.windows.database_window import DatabaseWindow

WARM_READS: Final = 3
WATCHES: Final = 3
"""Warm reads are watched so many times: something in the background may write in one of them, hardly in all."""
FIRST_PRICE: Final = Decimal("11.25")
OLD_PRICE: Final = Decimal("12.50")
NEW_PRICE: Final = Decimal("13.75")


@dataclass(frozen=True, slots=True)
class CachedRead:
    """A read that should be cached, and writes, each with what is shown after it, as `view` tells it."""

    name: str
    reader: Visitor
    verb: Verb[Any]
    view: Callable[[Any], object]
    writer: Visitor
    writes: Sequence[tuple[Verb[Any], object]]


@verifies("CACHE-001", effects={"writes", "signs in"})
def test_warm_reads_come_from_the_cache_until_something_is_written(roomy: Shop, examine: Examination) -> None:
    """Product list, category list and cart come from the cache until something in them is written.

    A price, a category or a quantity is written, and the list or cart is read for the first time: it shows what was
    written, claims no hit in Cache-Status, and the database runs statements for it. Read three times more it claims
    hits, shows the same, and the database runs no statement. Then the same is expected of another write. The lists
    need staff to write to them; where the database is not granted, Cache-Status alone is judged. A list without prices
    is judged by names.
    """
    makers: dict[str, Callable[[Shop, str], CachedRead]] = {"cart": _cart}
    verbs = roomy.verbs
    # Both lists are read in a category that no other product is in.
    if verbs.offers("create_category") and verbs.offers("list_products.category_id"):
        makers["product list"] = _product_list
    if verbs.offers("create_category") and verbs.offers("list_categories"):
        makers["category list"] = _category_list
    database = roomy.windows.database if "database" in roomy.windows else None
    names = list(makers) if roomy.grants_staff else ["cart"]
    for name in names:
        read = makers[name](roomy, name)
        for write, shown in read.writes:
            # Some shops read what a write has left behind: that would be the first read after it.
            read.writer.must_send(write)
            _expect_miss_then_hits(examine, database, read, shown)
    examine.progress(len(names), len(makers), [name for name in makers if name not in names])
    watched = "and by the database's statements" if database else "alone"
    left_out = "" if len(makers) == 3 else f"; the target offers {' and '.join(makers)} alone"
    examine.note(f"judged by Cache-Status {watched}{left_out}")


def _expect_miss_then_hits(
    examine: Examination, database: DatabaseWindow | None, read: CachedRead, wanted: object
) -> None:
    cold = _read_cold(examine, database, read, wanted)
    warm = _read_warm(examine, database, read)
    examine.equal(warm.value, cold.value, f"the {read.name} from the cache as without it", saw=warm)


def _read_cold(examine: Examination, database: DatabaseWindow | None, read: CachedRead, wanted: object) -> Reply[Any]:
    """Make a read that no cache can answer: it shows the last write, claims no hit, and the database sees it."""
    (reply,), statements = read_counted(database, read.reader.do, read.verb)
    shown, what = read.view(reply.value), f"the {read.name} with what was written to it last"
    examine.equal(shown, wanted, what, saw=reply, outcome=Outcome.STALE)
    claim, wanted = claims_hit(reply.response), f"the first {read.name} after a write is no hit"
    seen = f"Cache-Status says hit; database statements: {None if statements is None else len(statements)}"
    examine.that(claim is not True, Outcome.HEADER_WRONG, wanted, saw=reply, observed=seen)
    examine.require(
        claim is not None or statements is not None,
        "the target sends no Cache-Status and grants no database: a hit cannot be told from a miss",
    )
    examine.require(
        statements is None or len(statements) > 0,
        f"the database saw no statement of a {read.name} that no cache can hold; it does not log the shop's",
    )
    return reply


def _read_warm(examine: Examination, database: DatabaseWindow | None, read: CachedRead) -> Reply[Any]:
    """Make reads that the cache has to answer. Returns the last."""
    watched: list[Sequence[str]] = []
    while len(watched) < WATCHES and all(watched):
        replies, seen = read_counted(database, read.reader.do, read.verb, WARM_READS)
        watched.append(seen or ())
    fewest = min(watched, key=len)
    last = replies[-1]
    wanted = f"the {read.name}, read a moment ago, is a hit"
    for reply in replies:
        seen = _status(reply)
        examine.that(claims_hit(reply.response) is not False, Outcome.NOT_CACHED, wanted, saw=reply, observed=seen)
    outcome = Outcome.CLAIM_CONTRADICTED if claims_hit(last.response) else Outcome.NOT_CACHED
    wanted = f"no database statement for a warm {read.name}"
    seen = f"{_status(last)}; {len(fewest)} statements for {WARM_READS} reads, such as {''.join(fewest[:1])[:200]}"
    examine.that(not fewest, outcome, wanted, saw=last, observed=seen)
    return last


def _status(reply: Reply[Any]) -> str:
    return f"{reply.exchange.summary}, Cache-Status {reply.response.headers.get('Cache-Status')!r}"


def _product_list(shop: Shop, name: str) -> CachedRead:
    verbs, staff = shop.verbs, shop.staff
    category = staff.must(verbs.create_category(name=shop.unique_name("warm")))
    offer = verbs.create_product(name=shop.unique_name("warm"), price=FIRST_PRICE, stock=5, category_id=category.id)
    product = staff.must(offer)
    # Another list than the one that is examined, which nobody may have read before.
    others = shop.visitor().must(verbs.list_products(page_size=1)).products
    tells_prices = all(one.price is not UNTOLD for one in others)
    prices, names = (OLD_PRICE, NEW_PRICE), (shop.unique_name("warm"), shop.unique_name("warm"))
    changes = (
        [(verbs.change_product(product.id, price=one), [(product.id, one)]) for one in prices]
        if tells_prices
        else [(verbs.change_product(product.id, name=one), [(product.id, one)]) for one in names]
    )
    return CachedRead(
        name,
        shop.visitor(),
        verbs.list_products(category_id=category.id),
        _ids_and_prices if tells_prices else _ids_and_names,
        staff,
        changes,
    )


def _category_list(shop: Shop, name: str) -> CachedRead:
    verbs = shop.verbs
    first, second = front_name(shop), front_name(shop)
    return CachedRead(
        name,
        shop.visitor(),
        all_categories(verbs),
        lambda listed: {one.name for one in listed} & {first, second},
        shop.staff,
        [(verbs.create_category(name=first), {first}), (verbs.create_category(name=second), {first, second})],
    )


def _cart(shop: Shop, name: str) -> CachedRead:
    (product,), customer = find_products(shop, count=1, stock=3), shop.customer()
    line = customer.must(shop.verbs.add_to_cart(product.id, 1))
    return CachedRead(
        name,
        customer,
        shop.verbs.view_cart(),
        lambda cart: [(one.product_id, one.quantity) for one in cart.lines],
        customer,
        [(shop.verbs.change_line(line.id, quantity), [(product.id, quantity)]) for quantity in (2, 3)],
    )


def _ids_and_prices(page: ProductPage) -> list[object]:
    return [(one.id, UNTOLD if one.price is UNTOLD else one.price.amount) for one in page.products]


def _ids_and_names(page: ProductPage) -> list[object]:
    return [(one.id, one.name) for one in page.products]
