"""Every surface on which a shop shows a product, and what each has to show."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from spec.checks.support.goods import all_categories
from spec.target.exchange import Exchange
from spec.target.shop import Shop
from spec.target.values import ProductPage
from spec.target.visitor import Reply, Visitor


@dataclass(frozen=True, slots=True)
class Truth:
    """What was written last: of one product, of the cart that it is in, and of the categories."""

    name: str
    price: Decimal
    stock: int
    in_cart: int = 0
    offered: bool = True
    categories: frozenset[str] = frozenset()


class Surfaces:
    """Everything on which one product is seen. `word` is in its name alone; `own` are the categories that count."""

    def __init__(
        self, shop: Shop, *, product_id: str, category_id: str, owner: Visitor, word: str, own: frozenset[str]
    ) -> None:
        self._shop = shop
        self._product_id = product_id
        self._category_id = category_id
        self._owner = owner
        self._word = word
        self._own = own
        # Two who look in turn: what one of them has seen must not be shown to the other when it is no longer so.
        self._visitors = (shop.visitor(), shop.visitor())

    def look(self, turn: int) -> dict[str, tuple[object, Exchange]]:
        """What each surface shows now."""
        verbs, visitor = self._shop.verbs, self._visitors[turn % 2]
        detail = visitor.do(verbs.open_product(self._product_id))
        listed = visitor.do(verbs.list_products(category_id=self._category_id))
        found = visitor.do(verbs.list_products(search=self._word))
        categories = visitor.do(all_categories(verbs))
        cart = self._owner.do(verbs.view_cart())
        lines = tuple((line.product_id, line.quantity, line.unit_price.amount) for line in cart.value.lines)
        opened = None if detail.status == 404 else detail.value
        return {
            "detail": (
                (opened.name, opened.price.amount, opened.stock, opened.in_stock) if opened else None,
                detail.exchange,
            ),
            "list": (self._entries(listed), listed.exchange),
            "search": (self._entries(found), found.exchange),
            "category list": (self._own & {one.name for one in categories.value}, categories.exchange),
            "cart": (lines, cart.exchange),
        }

    def _entries(self, reply: Reply[ProductPage]) -> tuple[object, ...]:
        return tuple((one.id, one.name, one.price.amount, one.in_stock) for one in reply.value.products)

    def expected(self, truth: Truth) -> dict[str, object]:
        """What each surface has to show."""
        entry = (self._product_id, truth.name, truth.price, truth.stock > 0)
        return {
            "detail": (truth.name, truth.price, truth.stock, truth.stock > 0) if truth.offered else None,
            "list": (entry,) if truth.offered else (),
            "search": (entry,) if truth.offered and self._word in truth.name else (),
            "category list": truth.categories,
            "cart": ((self._product_id, truth.in_cart, truth.price),) if truth.in_cart else (),
        }
