"""CACHE-002: what was written and acknowledged is what everybody sees from then on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final, TypeVar

from spec.checking.examination import Examination, verifies
from spec.checking.outcomes import Outcome
from spec.checks.support.goods import all_categories, front_name
from spec.target.cache_status import claims_hit
from spec.target.exchange import Response
from spec.target.shop import Shop
from spec.target.values import Cart, Category, Product, ProductPage
from spec.target.verbs import Call
from spec.target.visitor import Visitor

T = TypeVar("T")

PRICE: Final = Decimal("12.50")
NEW_PRICE: Final = Decimal("13.75")


@dataclass(frozen=True, slots=True)
class Truth:
    """The last write to one product, to the cart that it is in, and to the categories."""

    name: str
    price: Decimal
    stock: int
    in_cart: int = 0
    offered: bool = True
    categories: frozenset[str] = frozenset()


class ProductLife:
    """A product's life, write by write, with a look at every surface after each."""

    def __init__(self, shop: Shop, examine: Examination) -> None:
        self._verbs, self._examine = shop.verbs, examine
        self.customer = shop.customer()
        # Two who look in turn: what one of them has seen must not be shown to the other when it is no longer so.
        self._visitors = (shop.visitor(), shop.visitor())
        self.shelves = (front_name(shop), front_name(shop))
        self._word = shop.unique_name("fresh").replace("-", "")
        self._category = shop.staff.must(self._verbs.create_category(name=self.shelves[0])).id
        self.truth = Truth(f"{self._word} lamp", PRICE, 7, categories=frozenset(self.shelves[:1]))
        offer = self._verbs.create_product(name=self.truth.name, price=PRICE, stock=7, category_id=self._category)
        self.product_id = shop.staff.must(offer).id
        self.hits: Counter[str] = Counter()
        self.looks = 0

    def after(self, event: str, written: T, **changes: object) -> T:
        """Expect every surface to show what was written; a second look leaves every cache warm for the next write."""
        self.truth = replace(self.truth, **changes)  # type: ignore[arg-type]  # names and types are those of Truth
        for turn in (self.looks, self.looks + 1):
            for surface, (reader, call, wanted) in self._surfaces(self._visitors[turn % 2]).items():
                reply, what = reader.do(call), f"the {surface} after {event}"
                self._examine.equal(reply.value, wanted, what, saw=reply, outcome=Outcome.STALE)
                self.hits[surface] += claims_hit(reply.response) is True
        self.looks += 1
        return written

    def _surfaces(self, visitor: Visitor) -> dict[str, tuple[Visitor, Call[Any], object]]:
        """List every surface of the product or its category: a reader, a look, and the content that it has to show."""
        verbs, truth, number = self._verbs, self.truth, self.product_id
        entry = (number, truth.name, truth.price, truth.stock > 0)
        listed = [entry] if truth.offered else []
        found = listed if self._word in truth.name else []
        in_cart = [(number, truth.in_cart, truth.price)] if truth.in_cart else []
        return {
            "detail": (visitor, _if_found(verbs.open_product(number)), (entry, truth.stock) if listed else None),
            "list": (visitor, verbs.list_products(category_id=self._category).map(_entries), listed),
            "search": (visitor, verbs.list_products(search=self._word).map(_entries), found),
            "category list": (visitor, all_categories(verbs).map(self._own_shelves), truth.categories),
            "cart": (self.customer, verbs.view_cart().map(_lines), in_cart),
        }

    def _own_shelves(self, categories: Iterable[Category]) -> set[str]:
        return {category.name for category in categories} & set(self.shelves)


@verifies("CACHE-002", effects={"writes", "signs in"})
def test_nothing_is_stale_after_an_acknowledged_write(roomy: Shop, examine: Examination) -> None:
    """Every surface shows a write as soon as it is acknowledged.

    A product is offered, put into a cart, changed in price, stock and name, sold out, ordered, returned by cancelling
    the order, and withdrawn; a category is added. After each of these writes the product's page, the list of its
    category, the search for a word of its name, the list of categories and the cart are read twice, by two visitors in
    turn, and each shows exactly what was written last.
    """
    verbs, staff, life = roomy.verbs, roomy.staff, ProductLife(roomy, examine)
    customer, number, name = life.customer, life.product_id, life.truth.name

    def change(event: str, **fields: Any) -> None:
        life.after(event, staff.must(verbs.change_product(number, **fields)), **fields)

    life.after("its offer", None)
    line = life.after("adding to the cart", customer.must(verbs.add_to_cart(number, 1)), in_cart=1)
    life.after("a change of the line", customer.must(verbs.change_line(line.id, 2)), in_cart=2)
    change("a new price", price=NEW_PRICE)
    change("selling out", stock=0)
    change("restocking", stock=2)
    other = staff.must(verbs.create_category(name=life.shelves[1]))
    life.after("a new category", other, categories=frozenset(life.shelves))
    order = life.after("an order of all that there is", customer.must(verbs.place_order()), stock=0, in_cart=0)
    life.after("its cancellation", customer.must(verbs.cancel_order(order.id)), stock=2)
    line = life.after("adding to the cart again", customer.must(verbs.add_to_cart(number, 1)), in_cart=1)
    life.after("removing the line", customer.must(verbs.remove_line(line.id)), in_cart=0)
    change("a new name", name="quite another lamp")
    change("the old name", name=name)
    life.after("withdrawing it", staff.must(verbs.withdraw_product(number)), offered=False)
    examine.progress(life.looks, life.looks)
    examine.note(f"{life.looks} writes; hits before them: {dict(life.hits) if life.hits.total() else 'not told'}")


def _entry(product: Product) -> tuple[object, ...]:
    return product.id, product.name, product.price.amount, product.in_stock


def _entries(page: ProductPage) -> list[object]:
    return [_entry(product) for product in page.products]


def _lines(cart: Cart) -> list[object]:
    return [(line.product_id, line.quantity, line.unit_price.amount) for line in cart.lines]


def _if_found(call: Call[Product]) -> Call[object]:
    """Read a product's entry and stock; None where it is not found."""

    def read(response: Response) -> object:
        product = None if response.status == 404 else call.read(response)
        return product and (_entry(product), product.stock)

    return Call(call.request, read, call.flow)
