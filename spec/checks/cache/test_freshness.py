"""CACHE-002: what was written and acknowledged is what everybody sees from then on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final, TypeVar

from spec.checking.examination import Examination, verifies
from spec.checking.outcomes import Outcome
from spec.checks.support.concurrency import expect_admitted
from spec.checks.support.told_facts import Entry, as_told, price_in_cart, read_entry
from spec.surface.goods import all_categories, front_name, take_out
from spec.target.answer_kinds import AnswerKind
from spec.target.cache_status import claims_hit
from spec.target.shop import Shop
from spec.target.steps import Verb
from spec.target.values import UNTOLD, Cart, CartLine, Category, Product, ProductPage
from spec.target.visitor import Reply, Visitor

T = TypeVar("T")

PRICE: Final = Decimal("12.50")
NEW_PRICE: Final = Decimal("13.75")
OPTIONAL: Final = (
    "list_products.category_id",
    "list_products.search",
    "list_categories",
    "cancel_order",
    "withdraw_product",
)
"""Surfaces and writes of which a shop may have none."""


@dataclass(frozen=True, slots=True)
class Truth:
    """The last write to one product, to the cart that it is in, and to the categories."""

    name: str
    price: Decimal
    stock: int
    in_cart: int = 0
    offered: bool = True
    categories: frozenset[str] = frozenset()
    price_when_added: Decimal = PRICE


@dataclass(frozen=True, slots=True)
class Surface:
    """One place where a write is seen: a reader, a look, and a comparison that returns what is shown and is wanted."""

    name: str
    reader: Visitor
    verb: Verb[Any]
    compare: Callable[[Reply[Any]], tuple[object, object]]


class ProductLife:
    """A product's life, write by write, with a look at every surface after each."""

    def __init__(self, shop: Shop, examine: Examination) -> None:
        self._shop, self._verbs, self._examine = shop, shop.verbs, examine
        self.customer = shop.customer()
        # Two who look in turn: what one of them has seen must not be shown to the other when it is no longer so.
        self._visitors = (shop.visitor(), shop.visitor())
        self.shelves = (front_name(shop), front_name(shop))
        self._word = shop.unique_name("fresh").replace("-", "")
        self.truth = Truth(f"{self._word} lamp", PRICE, 7)
        self._shelf = shop.category().id
        if self.makes_categories:
            # The list of a category of its own shows the product alone.
            self._shelf = shop.staff.must(self._verbs.create_category(name=self.shelves[0])).id
            self.truth = replace(self.truth, categories=frozenset(self.shelves[:1]))
        offer = self._verbs.create_product(name=self.truth.name, price=PRICE, stock=7, category_id=self._shelf)
        self.product_id = shop.staff.must(offer).id
        self.hits: Counter[str] = Counter()
        self.looks = 0

    @property
    def makes_categories(self) -> bool:
        """Tell if staff can open categories."""
        return self._verbs.offers("create_category")

    def after(self, event: str, written: T, **changes: object) -> T:
        """Expect every surface to show what was written; a second look leaves every cache warm for the next write."""
        self.truth = replace(self.truth, **changes)  # type: ignore[arg-type]  # names and types are those of Truth
        for turn in (self.looks, self.looks + 1):
            for surface in self._surfaces(self._visitors[turn % 2]):
                reply, what = expect_admitted(surface.reader.do(surface.verb)), f"the {surface.name} after {event}"
                shown, wanted = surface.compare(reply)
                self._examine.equal(shown, wanted, what, saw=reply, outcome=Outcome.STALE)
                self.hits[surface.name] += claims_hit(reply.response) is True
        self.looks += 1
        return written

    def _surfaces(self, visitor: Visitor) -> Iterator[Surface]:
        """List the surfaces of the product and its category that the shop offers."""
        verbs, truth = self._verbs, self.truth
        entry = Entry(self.product_id, truth.name, truth.price, truth.stock > 0)
        listed = [entry] if truth.offered else []
        found = listed if self._word in truth.name else []
        yield Surface("detail", visitor, verbs.open_product(self.product_id), lambda reply: _page(reply, entry, truth))
        if self.makes_categories and verbs.offers("list_products.category_id"):
            filtered = verbs.list_products(category_id=self._shelf)
            yield Surface("list", visitor, filtered, lambda reply: _entries(reply, listed))
        if verbs.offers("list_products.search"):
            searched = verbs.list_products(search=self._word)
            yield Surface("search", visitor, searched, lambda reply: _entries(reply, found))
        if self.makes_categories and verbs.offers("list_categories"):
            yield Surface("category list", visitor, all_categories(verbs), self._compare_shelves)
        yield Surface("cart", self.customer, verbs.view_cart(), self._compare_cart)

    def _compare_shelves(self, reply: Reply[tuple[Category, ...]]) -> tuple[object, object]:
        return {category.name for category in reply.value} & set(self.shelves), self.truth.categories

    def _compare_cart(self, reply: Reply[Cart]) -> tuple[object, object]:
        truth = self.truth
        price = price_in_cart(self._shop.profile, now=truth.price, when_added=truth.price_when_added)
        shown = [
            (line.product_id, line.quantity, UNTOLD if price is UNTOLD else line.unit_price.amount)
            for line in reply.value.lines
        ]
        return shown, [(self.product_id, truth.in_cart, price)] if truth.in_cart else []


@verifies("CACHE-002", effects={"writes", "signs in"})
def test_nothing_is_stale_after_an_acknowledged_write(roomy: Shop, examine: Examination) -> None:
    """Every surface shows a write as soon as it is acknowledged.

    A product is offered, put into a cart, changed in price, stock and name, sold out, ordered, returned by cancelling
    the order, and withdrawn; a category is added. After each of these writes the product's page, the list of its
    category, the search for a word of its name, the list of categories and the cart are read twice, by two visitors in
    turn, and each shows exactly what was written last. The price in the cart is the present one or the one kept in the
    cart, as the declared policy has it; without one, or where such an order is refused, it is not judged.
    """
    verbs, staff, life = roomy.verbs, roomy.staff, ProductLife(roomy, examine)
    customer, number, name = life.customer, life.product_id, life.truth.name

    def change(event: str, **fields: Any) -> None:
        life.after(event, staff.must(verbs.change_product(number, **fields)), **fields)

    def add(event: str, quantity: int) -> CartLine:
        line = customer.must(verbs.add_to_cart(number, quantity))
        return life.after(event, line, in_cart=quantity, price_when_added=life.truth.price)

    life.after("its offer", None)
    line = add("adding to the cart", 1)
    life.after("a change of the line", customer.must(verbs.change_line(line.id, 2)), in_cart=2)
    change("a new price", price=NEW_PRICE)
    change("selling out", stock=0)
    change("restocking", stock=2)
    if life.makes_categories:
        other = staff.must(verbs.create_category(name=life.shelves[1]))
        life.after("a new category", other, categories=frozenset(life.shelves))
    if roomy.profile.policies.get("price_change") not in {"current", "kept"}:
        # A shop may refuse to sell at another price than it showed: the customer takes the new one.
        life.after("taking it out", customer.must(take_out(verbs, line.id)), in_cart=0)
        add("putting it back", 2)
    order = life.after("an order of all that there is", customer.must(verbs.place_order()), stock=0, in_cart=0)
    if verbs.offers("cancel_order"):
        life.after("its cancellation", customer.must(verbs.cancel_order(order.id)), stock=2)
    else:
        change("restocking after it", stock=2)
    line = add("adding to the cart again", 1)
    life.after("removing the line", customer.must(take_out(verbs, line.id)), in_cart=0)
    change("a new name", name="quite another lamp")
    change("the old name", name=name)
    if verbs.offers("withdraw_product"):
        life.after("withdrawing it", staff.must(verbs.withdraw_product(number)), offered=False)
    examine.progress(life.looks, life.looks)
    examine.note(f"{life.looks} writes; hits before them: {dict(life.hits) if life.hits.total() else 'not told'}")
    left_out = [option for option in OPTIONAL if not verbs.offers(option)]
    if left_out:
        examine.note(f"The target does not offer {', '.join(left_out)}.")


def _entries(reply: Reply[ProductPage], wanted: Sequence[Entry]) -> tuple[object, object]:
    shown = [read_entry(product) for product in reply.value.products]
    return shown, as_told(wanted, shown)


def _page(reply: Reply[Product], entry: Entry, truth: Truth) -> tuple[object, object]:
    """Compare a product's page: None for one that is not found."""
    product = None if reply.kind is AnswerKind.NOT_FOUND else reply.value
    stock = UNTOLD if product is not None and product.stock is UNTOLD else truth.stock
    shown = None if product is None else (read_entry(product), product.stock)
    return shown, (entry, stock) if truth.offered else None
