"""Journeys of shoppers, step by step, in the verbs of a shop. No I/O: a journey yields steps and is sent their values.

Each step says what it expects of the answer beyond what the verb itself promises. An answer that is fast, well-formed
and wrong is an error: a shop that quickly shows the cart of another customer is not a fast shop.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import cycle
from typing import Any, Final, Generic, TypeVar

from load.load_plan import JourneyName
from spec.target.session import Session
from spec.target.steps import Verb
from spec.target.values import Cart, CartLine, ListedProduct, Order, Product, ProductPage
from spec.target.verbs import VERBS, ShopVerbs
from spec.target.windows.staff_window import Credentials

T = TypeVar("T")

SEARCH: Final = VERBS["list_products.search"].operation
SIGN_IN: Final = VERBS["sign_in"].operation


@dataclass(frozen=True, slots=True)
class JourneyStep(Generic[T]):
    """One verb of a journey."""

    verb: Verb[T]
    session: Session
    """The memory of the shopper who walks it."""
    complaint: Callable[[T], str | None]
    """Says what is wrong with the content; None where it is as the shopper expects."""
    cacheable: bool = False
    """True for a read that a shop is to answer from its cache when warm (CACHE-001, CACHE-010)."""


Journey = Generator[JourneyStep[Any], Any, None]


class CustomersExhausted(Exception):
    """Every customer was shopping when another one was to come; the message says so."""


class Customers:
    """Accounts to shop with, each in the hands of one shopper at a time: two of them would share one cart."""

    def __init__(self, customers: Iterable[Credentials]) -> None:
        self._free = deque(customers)
        self._count = len(self._free)

    @contextmanager
    def lent(self) -> Iterator[Credentials]:
        """Lend the customer who has rested longest. Raises CustomersExhausted where there is none."""
        if not self._free:
            raise CustomersExhausted(
                f"all {self._count} accounts were in use, since shoppers waited longer than the time-out of one request"
            )
        customer = self._free.popleft()
        try:
            yield customer
        finally:
            self._free.append(customer)


@dataclass(frozen=True, slots=True)
class Ware:
    """Something that can be ordered: a product, or one variant of it."""

    product_id: str
    variant_id: str | None
    stock: int | None


class Shoppers:
    """The journeys of one load. Customers and wares are used in turn, so that each is used alike."""

    def __init__(
        self,
        shop: ShopVerbs,
        *,
        customers: tuple[Credentials, ...] = (),
        wares: tuple[Ware, ...] = (),
        terms: tuple[str, ...] = (),
        categories: tuple[str, ...] = (),
    ) -> None:
        """Without `categories` no list is filtered by one."""
        self._shop = shop
        self.secrets = frozenset(customer.password for customer in customers)
        """The passwords of the customers."""
        self._customers = Customers(customers)
        self._wares = cycle(wares)
        self._terms = terms
        self._categories = categories

    def begin(self, journey: JourneyName, chance: random.Random) -> Journey:
        """Begin a shopper's journey. Close it when the shopper leaves early."""
        makers: Mapping[JourneyName, Callable[[random.Random], Journey]] = {
            "browse": self._browse,
            "search": self._search,
            "sign_in": self._sign_in,
            "order": self._order,
        }
        return makers[journey](chance)

    def _browse(self, chance: random.Random) -> Journey:
        """Look at the product list (one time in three that of a category), the categories, and a product listed."""
        session = self._shop.stranger()
        category = chance.choice(self._categories) if self._categories and chance.random() < 1 / 3 else None
        page: ProductPage = yield JourneyStep(
            self._shop.list_products(category_id=category), session, _no_products, cacheable=True
        )
        if self._shop.offers("list_categories"):
            yield JourneyStep(
                self._shop.list_categories(), session, lambda found: None if found else "no category", cacheable=True
            )
        product = _pick(page.products, chance)
        yield JourneyStep(
            self._shop.open_product(product.id), session, lambda opened: _other_product(product, opened), cacheable=True
        )

    def _search(self, chance: random.Random) -> Journey:
        """Search for a word from the name of a product, the first words more often than the last."""
        term = _pick(self._terms, chance)
        # By this name whichever one the adapter gives it: a search is measured apart from the plain list.
        verb = replace(self._shop.list_products(search=term), operation=SEARCH)
        yield JourneyStep(verb, self._shop.stranger(), lambda page: _no_match(term, page), cacheable=True)

    def _sign_in(self, _chance: random.Random) -> Journey:
        """Sign in and look into the cart."""
        with self._customers.lent() as customer:
            session = yield from self._session(customer)
            yield JourneyStep(self._shop.view_cart(), session, lambda _cart: None, cacheable=True)

    def _order(self, _chance: random.Random) -> Journey:
        """Sign in, add to the cart, view it, place the order.

        This view of the cart is no cacheable read: it shows what was written a moment ago, so in a shop that is never
        stale (CACHE-002) it cannot be a hit.
        """
        ware = next(self._wares)
        with self._customers.lent() as customer:
            session = yield from self._session(customer)
            add = self._shop.add_to_cart(ware.product_id, 1, ware.variant_id)
            yield JourneyStep(add, session, lambda line: _other_ware(ware, (line,)))
            view = self._shop.view_cart()
            cart: Cart = yield JourneyStep(view, session, lambda cart: _other_ware(ware, cart.lines))
            yield JourneyStep(self._shop.place_order(), session, lambda order: _other_total(cart, order))

    def _session(self, customer: Credentials) -> Generator[JourneyStep[Any], Any, Session]:
        verb = self._shop.sign_in(customer.email, customer.password)
        session: Session = yield JourneyStep(verb, self._shop.stranger(), lambda _session: None)
        return session


_MEAN_PLACE: Final = 4
"""Mean place in a list at which a shopper picks: what stands first is opened most."""


def _pick(entries: tuple[T, ...], chance: random.Random) -> T:
    """Pick one of the entries, the first ones more often."""
    place = int(chance.expovariate(1 / _MEAN_PLACE))
    return entries[place % len(entries)]


def _no_products(page: ProductPage) -> str | None:
    return None if page.products else "a product list without products"


def _no_match(term: str, page: ProductPage) -> str | None:
    if any(term in product.name.casefold() for product in page.products):
        return None
    return f"{len(page.products)} products, none of them named with {term!r}"


def _other_product(listed: ListedProduct, opened: Product) -> str | None:
    if (opened.id, opened.name) == (listed.id, listed.name):
        return None
    return f"product {opened.id} {opened.name!r} instead of {listed.id} {listed.name!r}"


def _other_ware(ware: Ware, lines: tuple[CartLine, ...]) -> str | None:
    if any((line.product_id, line.variant_id) == (ware.product_id, ware.variant_id) for line in lines):
        return None
    return f"{len(lines)} lines, none of product {ware.product_id}"


def _other_total(cart: Cart, order: Order) -> str | None:
    goods = order.goods_total
    return None if goods == cart.total else f"an order of goods for {goods} from a cart of {cart.total}"
