"""The state of a shop, as an immutable and hashable value: products, carts and orders."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Final

MAX_QUANTITY: Final = 999


class OrderStatus(StrEnum):
    """The status of an order."""

    PLACED = "placed"
    PAID = "paid"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"


CANCELLABLE: Final = frozenset({OrderStatus.PLACED, OrderStatus.PAID})
NEXT_STATUS: Final = {
    OrderStatus.PLACED: OrderStatus.PAID,
    OrderStatus.PAID: OrderStatus.SHIPPED,
    OrderStatus.SHIPPED: OrderStatus.DELIVERED,
}


@dataclass(frozen=True, slots=True)
class Rules:
    """Choices in which shops may differ: the most of one thing that a cart line holds."""

    max_quantity: int = MAX_QUANTITY


@dataclass(frozen=True, slots=True)
class Product:
    """Something to buy: a product without variants, or one variant. A withdrawn one is no longer offered."""

    id: str
    price: Decimal
    stock: int
    offered: bool = True


@dataclass(frozen=True, slots=True)
class CartLine:
    """So many of one product; a cart holds at most one line of each, at the product's present price."""

    product: str
    quantity: int


@dataclass(frozen=True, slots=True)
class OrderLine:
    """So many of one product at the price of the moment of the order."""

    product: str
    quantity: int
    unit_price: Decimal


@dataclass(frozen=True, slots=True)
class Order:
    """A purchase of a user. ``id`` is the name that was chosen for it when it was placed (see ``Checkout``)."""

    id: str
    owner: str
    status: OrderStatus
    lines: tuple[OrderLine, ...]

    @property
    def total(self) -> Decimal:
        """The exact sum of the lines."""
        return sum((line.quantity * line.unit_price for line in self.lines), Decimal(0))


@dataclass(frozen=True, slots=True)
class Shop:
    """Everything that the shop remembers. Equal states are equal values: parts are sorted, empty carts left out."""

    products: tuple[Product, ...] = ()
    carts: tuple[tuple[str, tuple[CartLine, ...]], ...] = ()
    orders: tuple[Order, ...] = ()

    def product(self, product_id: str) -> Product | None:
        """Return the product with this id, offered or withdrawn."""
        return next((product for product in self.products if product.id == product_id), None)

    def cart(self, user: str) -> tuple[CartLine, ...]:
        """Return the lines of a user's cart; none where nothing was ever put in."""
        return next((lines for owner, lines in self.carts if owner == user), ())

    def line(self, user: str, product_id: str) -> CartLine | None:
        """Return the line of a product in a user's cart."""
        return next((line for line in self.cart(user) if line.product == product_id), None)

    def order(self, order_id: str) -> Order | None:
        """Return the order with this id, of any user."""
        return next((order for order in self.orders if order.id == order_id), None)

    def sold(self, product_id: str) -> int:
        """Return how many of a product are in orders that stand; with the stock it makes a constant sum."""
        return sum(
            line.quantity
            for order in self.orders
            if order.status is not OrderStatus.CANCELLED
            for line in order.lines
            if line.product == product_id
        )

    def with_product(self, product: Product) -> Shop:
        """Return the shop with this product, new or in place of the one with its id."""
        others = (other for other in self.products if other.id != product.id)
        return replace(self, products=tuple(sorted((*others, product), key=lambda each: each.id)))

    def with_stock_moved(self, lines: tuple[OrderLine, ...], direction: int) -> Shop:
        """Return the shop after the lines' quantities left the stock (direction -1) or returned to it (+1)."""
        quantities = {line.product: line.quantity for line in lines}
        products = (
            replace(product, stock=product.stock + direction * quantities.get(product.id, 0))
            for product in self.products
        )
        return replace(self, products=tuple(products))

    def with_line(self, user: str, line: CartLine) -> Shop:
        """Return the shop with this line in the user's cart, new or in place of the one of its product."""
        others = (other for other in self.cart(user) if other.product != line.product)
        return self._with_cart(user, tuple(sorted((*others, line), key=lambda each: each.product)))

    def without_line(self, user: str, product_id: str) -> Shop:
        """Return the shop without this product in the user's cart."""
        return self._with_cart(user, tuple(line for line in self.cart(user) if line.product != product_id))

    def without_cart(self, user: str) -> Shop:
        """Return the shop with nothing in the user's cart."""
        return self._with_cart(user, ())

    def with_order(self, order: Order) -> Shop:
        """Return the shop with this order, new or in place of the one with its id."""
        others = (other for other in self.orders if other.id != order.id)
        return replace(self, orders=tuple(sorted((*others, order), key=lambda each: each.id)))

    def _with_cart(self, user: str, lines: tuple[CartLine, ...]) -> Shop:
        carts = {owner: cart for owner, cart in self.carts if owner != user}
        if lines:
            carts[user] = lines
        return replace(self, carts=tuple(sorted(carts.items())))
