"""CACHE-001: what every visitor asks for first is answered from the cache, and the cache is why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Generic, TypeVar

from spec.checking.examination import Examination, verifies
from spec.checking.outcomes import Outcome
from spec.checks.support.database_statements import asked
from spec.checks.support.goods import all_categories, find_products, front_name
from spec.target.cache_status import claims_hit
from spec.target.shop import Shop
from spec.target.values import Cart, Category, ProductPage
from spec.target.verbs import Call
from spec.target.visitor import Reply, Visitor
from spec.target.windows.database_window import DatabaseWindow

T = TypeVar("T")

WARM_READS: Final = 3
WINDOWS: Final = 3
"""Warm reads are watched so many times: something in the background may write in one of them, hardly in all."""
OLD_PRICE: Final = Decimal("12.50")
NEW_PRICE: Final = Decimal("13.75")


@dataclass(frozen=True, slots=True)
class Subject(Generic[T]):
    """A read that should be cached, and a write after which it shows something else."""

    name: str
    reader: Visitor
    call: Call[T]
    write: Callable[[], object]
    shows_old: Callable[[T], bool]
    shows_new: Callable[[T], bool]


@verifies("CACHE-001", effects={"writes", "signs in"})
def test_warm_reads_come_from_the_cache_until_something_is_written(roomy: Shop, examine: Examination) -> None:
    """Product list, category list and cart: a miss, hits, a write, a miss with the new content, a hit."""
    all_subjects = ("product list", "category list", "cart")
    done: list[str] = []
    if roomy.grants_staff:
        _examine(roomy, examine, _product_list(roomy))
        _examine(roomy, examine, _category_list(roomy))
        done += all_subjects[:2]
    _examine(roomy, examine, _cart(roomy))
    done += all_subjects[2:]
    examine.progress(len(done), len(all_subjects), [name for name in all_subjects if name not in done])
    watched = "and by the database's statements" if roomy.windows.database else "alone"
    examine.note(f"judged by Cache-Status {watched}")


def _examine(shop: Shop, examine: Examination, subject: Subject[T]) -> None:
    database = shop.windows.database
    cold = _read_cold(examine, subject, database, subject.shows_old)
    warm = _read_warm(examine, subject, database)
    examine.expect(
        warm.value == cold.value,
        Outcome.WRONG_CONTENT,
        expected=f"the same {subject.name} from the cache as without it",
        observed=f"{warm.value} after {cold.value}",
        exchange=warm.exchange,
    )
    subject.write()
    renewed = _read_cold(examine, subject, database, subject.shows_new)
    again = _read_warm(examine, subject, database)
    examine.expect(
        again.value == renewed.value,
        Outcome.WRONG_CONTENT,
        expected=f"the new {subject.name} from the cache",
        observed=again.value,
        exchange=again.exchange,
    )


def _read_cold(
    examine: Examination, subject: Subject[T], database: DatabaseWindow | None, shows: Callable[[T], bool]
) -> Reply[T]:
    """A read that no cache can answer: it shows what was written last, claims no hit, and the database sees it."""
    statements = None
    if database is None:
        reply = subject.reader.do(subject.call)
    else:
        with database.watch() as log:
            reply = subject.reader.do(subject.call)
        statements = len(asked(log))
    examine.expect(
        shows(reply.value),
        Outcome.STALE,
        expected=f"the {subject.name} with what was written to it last",
        observed=reply.value,
        exchange=reply.exchange,
    )
    claim = claims_hit(reply.response)
    examine.expect(
        claim is not True,
        Outcome.HEADER_WRONG,
        expected=f"the first {subject.name} after a write is no hit",
        observed=f"Cache-Status says hit; database statements: {statements}",
        exchange=reply.exchange,
    )
    examine.require(
        claim is not None or statements is not None,
        "the target sends no Cache-Status and grants no database: a hit cannot be told from a miss",
    )
    examine.require(
        statements is None or statements > 0,
        f"the database saw no statement of a {subject.name} that no cache can hold; it does not log the shop's",
    )
    return reply


def _read_warm(examine: Examination, subject: Subject[T], database: DatabaseWindow | None) -> Reply[T]:
    """Reads that the cache has to answer. Returns the last."""
    fewest: tuple[str, ...] | None = None
    for _ in range(WINDOWS):
        if database is None:
            replies = [subject.reader.do(subject.call) for _ in range(WARM_READS)]
            break
        with database.watch() as log:
            replies = [subject.reader.do(subject.call) for _ in range(WARM_READS)]
        if fewest is None or len(asked(log)) < len(fewest):
            fewest = asked(log)
        if not fewest:
            break
    missed = next((reply for reply in replies if claims_hit(reply.response) is False), None)
    examine.expect(
        missed is None,
        Outcome.NOT_CACHED,
        expected=f"the {subject.name}, read a moment ago, is a hit",
        observed=f"{missed.exchange.summary}, Cache-Status {_status(missed)}" if missed else "",
        exchange=missed.exchange if missed else None,
    )
    last = replies[-1]
    examine.expect(
        not fewest,
        Outcome.CLAIM_CONTRADICTED if claims_hit(last.response) else Outcome.NOT_CACHED,
        expected=f"no database statement for a warm {subject.name}",
        observed=f"Cache-Status {_status(last)}; {len(fewest or ())} statements for {WARM_READS} reads, "
        f"such as {(fewest or ('',))[0][:200]}",
        exchange=last.exchange,
    )
    return last


def _status(reply: Reply[T]) -> str:
    return repr(reply.response.headers.get("Cache-Status"))


def _product_list(shop: Shop) -> Subject[ProductPage]:
    category = shop.staff.must(shop.verbs.create_category(name=shop.unique_name("warm")))
    product = shop.staff.must(
        shop.verbs.create_product(name=shop.unique_name("warm"), price=OLD_PRICE, stock=5, category_id=category.id)
    )

    def shows(price: Decimal) -> Callable[[ProductPage], bool]:
        return lambda page: [(one.id, one.price.amount) for one in page.products] == [(product.id, price)]

    return Subject(
        "product list",
        shop.visitor(),
        shop.verbs.list_products(category_id=category.id),
        lambda: shop.staff.must(shop.verbs.change_product(product.id, price=NEW_PRICE)),
        shows(OLD_PRICE),
        shows(NEW_PRICE),
    )


def _category_list(shop: Shop) -> Subject[tuple[Category, ...]]:
    names = [front_name(shop) for _ in range(2)]
    shop.staff.must(shop.verbs.create_category(name=names[0]))

    def shows(*wanted: str) -> Callable[[tuple[Category, ...]], bool]:
        return lambda listed: {one.name for one in listed} & set(names) == set(wanted)

    return Subject(
        "category list",
        shop.visitor(),
        all_categories(shop.verbs),
        lambda: shop.staff.must(shop.verbs.create_category(name=names[1])),
        shows(names[0]),
        shows(*names),
    )


def _cart(shop: Shop) -> Subject[Cart]:
    (product,) = find_products(shop, count=1, stock=3)
    customer = shop.customer()
    line = customer.must(shop.verbs.add_to_cart(product.id, 1))

    def shows(quantity: int) -> Callable[[Cart], bool]:
        return lambda cart: [(one.product_id, one.quantity) for one in cart.lines] == [(product.id, quantity)]

    return Subject(
        "cart",
        customer,
        shop.verbs.view_cart(),
        lambda: customer.must(shop.verbs.change_line(line.id, 2)),
        shows(1),
        shows(2),
    )
