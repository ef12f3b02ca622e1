"""Journeys of shoppers, step by step, in the verbs of a shop. No I/O: a journey yields steps and is sent their values.

Each step says what it expects of the answer beyond what the verb itself promises. An answer that is fast, well-formed
and wrong is an error: a shop that quickly shows the cart of another customer is not a fast shop.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from itertools import cycle
from typing import Any, Final, Generic, TypeVar

from load.load_plan import JourneyName
from spec.target.values import Cart, CartLine, Order, Product, ProductPage
from spec.target.verbs import Call, ShopVerbs

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class JourneyStep(Generic[T]):
    """One request of a journey."""

    call: Call[T]
    complaint: Callable[[T], str | None]
    """Says what is wrong with the content; None where it is as the shopper expects."""
    cacheable: bool = False
    """True for a read that a shop is to answer from its cache when warm (CACHE-001, CACHE-010)."""


Journey = Generator[JourneyStep[Any], Any, None]


@dataclass(frozen=True, slots=True)
class Customer:
    """An account that was registered for the load."""

    email: str
    password: str


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
        customers: tuple[Customer, ...] = (),
        wares: tuple[Ware, ...] = (),
        terms: tuple[str, ...] = (),
        categories: tuple[str, ...] = (),
    ) -> None:
        self._shop = shop
        self._customers = cycle(customers)
        self._wares = cycle(wares)
        self._terms = terms
        self._categories = categories

    def begin(self, journey: JourneyName, chance: random.Random) -> Journey:
        """Begin a shopper's journey."""
        makers: Mapping[JourneyName, Callable[[random.Random], Journey]] = {
            "browse": self._browse,
            "search": self._search,
            "sign_in": self._sign_in,
            "order": self._order,
        }
        return makers[journey](chance)

    def _browse(self, chance: random.Random) -> Journey:
        """Look at the product list (one time in three that of a category), the categories, and a product listed."""
        category = chance.choice(self._categories) if self._categories and chance.random() < 1 / 3 else None
        page: ProductPage = yield JourneyStep(
            self._shop.list_products(category_id=category), _no_products, cacheable=True
        )
        yield JourneyStep(self._shop.list_categories(), lambda found: None if found else "no category", cacheable=True)
        product = _pick(page.products, chance)
        yield JourneyStep(
            self._shop.open_product(product.id), lambda opened: _other_product(product, opened), cacheable=True
        )

    def _search(self, chance: random.Random) -> Journey:
        """Search for a word from the name of a product, the first words more often than the last."""
        term = _pick(self._terms, chance)
        yield JourneyStep(self._shop.list_products(search=term), lambda page: _no_match(term, page), cacheable=True)

    def _sign_in(self, _chance: random.Random) -> Journey:
        """Sign in and look into the cart."""
        access = yield from self._tokens(next(self._customers))
        yield JourneyStep(self._shop.view_cart().signed(access), lambda _cart: None, cacheable=True)

    def _order(self, _chance: random.Random) -> Journey:
        """Sign in, add to the cart, view it, place the order.

        This view of the cart is no cacheable read: it shows what was written a moment ago, so in a shop that is never
        stale (CACHE-002) it cannot be a hit.
        """
        ware = next(self._wares)
        access = yield from self._tokens(next(self._customers))
        add = self._shop.add_to_cart(ware.product_id, 1, ware.variant_id)
        yield JourneyStep(add.signed(access), lambda line: _other_ware(ware, (line,)))
        view = self._shop.view_cart()
        cart: Cart = yield JourneyStep(view.signed(access), lambda cart: _other_ware(ware, cart.lines))
        yield JourneyStep(self._shop.place_order().signed(access), lambda order: _other_total(cart, order))

    def _tokens(self, customer: Customer) -> Generator[JourneyStep[Any], Any, str]:
        tokens = yield JourneyStep(self._shop.sign_in(customer.email, customer.password), lambda _tokens: None)
        return str(tokens.access)


def planned_operations(shop: ShopVerbs, mix: Mapping[JourneyName, float]) -> tuple[str, ...]:
    """List the operations of which a mix consists, by the names that the adapter gives them."""
    browse = (shop.list_products(), shop.list_categories(), shop.open_product("1"))
    sign_in = (shop.sign_in("a@b.example", "-"), shop.view_cart())
    calls: Mapping[JourneyName, tuple[Call[Any], ...]] = {
        "browse": browse,
        "search": (shop.list_products(search="a"),),
        "sign_in": sign_in,
        "order": (*sign_in, shop.add_to_cart("1", 1), shop.place_order()),
    }
    planned = (call.request.operation for journey in calls if mix.get(journey) for call in calls[journey])
    return tuple(dict.fromkeys(planned))


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


def _other_product(listed: Product, opened: Product) -> str | None:
    if (opened.id, opened.name) == (listed.id, listed.name):
        return None
    return f"product {opened.id} {opened.name!r} instead of {listed.id} {listed.name!r}"


def _other_ware(ware: Ware, lines: tuple[CartLine, ...]) -> str | None:
    if any((line.product_id, line.variant_id) == (ware.product_id, ware.variant_id) for line in lines):
        return None
    return f"{len(lines)} lines, none of product {ware.product_id}"


def _other_total(cart: Cart, order: Order) -> str | None:
    return None if order.total == cart.total else f"an order of {order.total} for a cart of {cart.total}"
