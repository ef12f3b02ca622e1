"""Plays operations of the model on a target, and tells what was seen in the model's own words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, is_dataclass
from typing import Final, TypeVar, assert_never

from spec.model import (
    AddToCart,
    Cancel,
    CartView,
    ChangeLine,
    ChangePrice,
    Checkout,
    EmptyCart,
    Kind,
    LineView,
    MoveOrder,
    Operation,
    OrderStatus,
    OrderSummary,
    OrderView,
    ProductView,
    RemoveLine,
    View,
    ViewCart,
    ViewOrder,
    ViewOrders,
    ViewProduct,
    Withdraw,
)
from spec.target.exchange import Exchange, UnexpectedAnswer
from spec.target.shop import Shop
from spec.target.values import Cart, CartLine, Order, Product
from spec.target.verbs import Call
from spec.target.visitor import Reply, Visitor

T = TypeVar("T")

REFUSALS: Final = {
    400: frozenset({Kind.INVALID}),
    404: frozenset({Kind.NOT_FOUND}),
    409: frozenset({Kind.CONFLICT}),
    # 422 says that a value cannot be used: because it makes no sense, or because what it names is not there.
    422: frozenset({Kind.INVALID, Kind.NOT_FOUND}),
}
NEVER: Final = "0"
"""An id that stands for what never was: it is only ever sent where the model expects "not found"."""


@dataclass(frozen=True, slots=True)
class Seen:
    """An answer in the model's words. `kinds` is empty where the model has no word for the answer."""

    kinds: frozenset[Kind]
    view: View
    exchange: Exchange

    def __str__(self) -> str:
        status = self.exchange.response.status if self.exchange.response else self.exchange.failure
        shown = f", {tell(self.view)}" if self.view is not None else ""
        return f"{status} ({' or '.join(sorted(self.kinds)) or 'no outcome of a shop'}){shown}"


class Player:
    """Users and products under the names by which the model knows them. Names of orders are given by the operations."""

    def __init__(self, shop: Shop, users: dict[str, Visitor], products: dict[str, Product]) -> None:
        self._shop = shop
        self._verbs = shop.verbs
        self._users = users
        self._products = products
        self._product_names = {product.id: name for name, product in products.items()}
        self._lines: dict[tuple[str, str], str] = {}
        self._orders: dict[str, str] = {}
        self._order_names: dict[str, str] = {}

    def play(self, operation: Operation) -> Seen:
        """Send the operation and read the answer. Raises Unanswered; UnexpectedAnswer for an unknown status."""
        match operation:
            case AddToCart() | ChangeLine() | RemoveLine() | EmptyCart() | ViewCart():
                return self._play_on_cart(operation)
            case Checkout() | Cancel() | ViewOrder() | ViewOrders():
                return self._play_on_orders(operation)
            case ViewProduct():
                reply = self._anybody.do(self._verbs.open_product(self._products[operation.product].id))
                return _seen(reply, self._view_product(reply.value) if reply.worked else None)
            case ChangePrice():
                call = self._verbs.change_product(self._products[operation.product].id, price=operation.price)
                return _seen(self._shop.staff.do(call))
            case Withdraw():
                return _seen(self._shop.staff.do(self._verbs.withdraw_product(self._products[operation.product].id)))
            case MoveOrder():
                raise NotImplementedError("no verb moves an order")
            case _:
                assert_never(operation)

    def _play_on_cart(self, operation: AddToCart | ChangeLine | RemoveLine | EmptyCart | ViewCart) -> Seen:
        user = self._users[operation.user]
        match operation:
            case AddToCart():
                product = self._products[operation.product]
                return self._line(operation.user, user, self._verbs.add_to_cart(product.id, operation.quantity))
            case ChangeLine():
                line = self._lines.get((operation.owner, operation.product), NEVER)
                return self._line(operation.user, user, self._verbs.change_line(line, operation.quantity))
            case RemoveLine():
                line = self._lines.get((operation.owner, operation.product), NEVER)
                return _seen(user.do(self._verbs.remove_line(line)))
            case EmptyCart():
                return _seen(user.do(self._verbs.empty_cart()))
            case ViewCart():
                reply = user.do(self._verbs.view_cart())
                return _seen(reply, self._view_cart(operation.user, reply.value) if reply.worked else None)
            case _:
                assert_never(operation)

    def _play_on_orders(self, operation: Checkout | Cancel | ViewOrder | ViewOrders) -> Seen:
        user = self._users[operation.user]
        match operation:
            case Checkout():
                placed = user.do(self._verbs.place_order())
                if placed.worked:
                    self._orders[operation.order] = placed.value.id
                    self._order_names[placed.value.id] = operation.order
                return self._order(placed)
            case Cancel():
                return self._order(user.do(self._verbs.cancel_order(self._orders.get(operation.order, NEVER))))
            case ViewOrder():
                return self._order(user.do(self._verbs.open_order(self._orders.get(operation.order, NEVER))))
            case ViewOrders():
                listed = user.do(self._verbs.list_orders(page_size=50))
                return _seen(listed, self._view_orders(listed.value) if listed.worked else None)
            case _:
                assert_never(operation)

    @property
    def _anybody(self) -> Visitor:
        return next(iter(self._users.values()))

    def _line(self, user: str, visitor: Visitor, call: Call[CartLine]) -> Seen:
        reply = visitor.do(call)
        if not reply.worked:
            return _seen(reply)
        line = reply.value
        self._remember(user, line)
        return _seen(reply, self._view_line(line))

    def _order(self, reply: Reply[Order]) -> Seen:
        return _seen(reply, self._view_order(reply.value) if reply.worked else None)

    def _remember(self, user: str, line: CartLine) -> None:
        self._lines[user, self._product_name(line.product_id)] = line.id

    def _product_name(self, product_id: str) -> str:
        return self._product_names.get(product_id, f"unknown product {product_id}")

    def _view_line(self, line: CartLine) -> LineView:
        name = self._product_name(line.product_id)
        return LineView(name, line.quantity, line.unit_price.amount, line.line_total.amount)

    def _view_lines(self, lines: Iterable[CartLine]) -> tuple[LineView, ...]:
        return tuple(sorted(self._view_line(line) for line in lines))

    def _view_cart(self, user: str, cart: Cart) -> CartView:
        for line in cart.lines:
            self._remember(user, line)
        return CartView(self._view_lines(cart.lines), cart.total.amount)

    def _view_order(self, order: Order) -> OrderView:
        return OrderView(
            self._order_names.get(order.id, f"unknown order {order.id}"),
            _status(order.status),
            self._view_lines(order.lines),
            order.total.amount,
        )

    def _view_orders(self, orders: Iterable[Order]) -> tuple[OrderSummary, ...]:
        summaries = (
            OrderSummary(
                self._order_names.get(order.id, f"unknown order {order.id}"), _status(order.status), order.total.amount
            )
            for order in orders
        )
        return tuple(sorted(summaries, key=lambda summary: summary.order))

    def _view_product(self, product: Product) -> ProductView:
        stock = -1 if product.stock is None else product.stock
        return ProductView(self._product_name(product.id), product.price.amount, stock)


def _seen(reply: Reply[T], view: View = None) -> Seen:
    if reply.worked:
        return Seen(frozenset({Kind.DONE}), view, reply.exchange)
    return Seen(REFUSALS.get(reply.status, frozenset()), None, reply.exchange)


def _status(text: str) -> OrderStatus:
    try:
        return OrderStatus(text)
    except ValueError as error:
        raise UnexpectedAnswer(f"an order status of {', '.join(OrderStatus)}", repr(text)) from error


def tell(value: object) -> str:
    """An operation or a view of the model in few words."""
    if isinstance(value, tuple):
        return "[" + ", ".join(map(tell, value)) + "]"
    if is_dataclass(value) and not isinstance(value, type):
        parts = ((field.name, tell(getattr(value, field.name))) for field in fields(value))
        return f"{type(value).__name__}({', '.join(f'{name} {part}' for name, part in parts)})"
    return str(value)
