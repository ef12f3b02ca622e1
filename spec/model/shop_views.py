"""The shop as it is seen from outside: the kinds of outcomes, and what an outcome shows."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from spec.model.shop_state import Order, OrderStatus, Shop


class Kind(StrEnum):
    """The ending of an operation. Every kind but ``DONE`` is a refusal, which changes nothing."""

    DONE = "done"
    INVALID = "invalid"
    """The operation makes no sense in any state, such as one with a quantity of zero."""
    NOT_FOUND = "not found"
    """There is no such thing, or it is another user's: the two are not told apart."""
    CONFLICT = "conflict"
    """It makes sense, but not in the present state."""


@dataclass(frozen=True, slots=True, order=True)
class LineView:
    """A line of a cart or an order."""

    product: str
    quantity: int
    unit_price: Decimal
    line_total: Decimal


@dataclass(frozen=True, slots=True)
class CartView:
    """A cart at present prices; lines sorted by product."""

    lines: tuple[LineView, ...]
    total: Decimal


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order with its lines, sorted by product."""

    order: str
    status: OrderStatus
    lines: tuple[LineView, ...]
    total: Decimal


@dataclass(frozen=True, slots=True)
class OrderSummary:
    """An order as a list shows it."""

    order: str
    status: OrderStatus
    total: Decimal


@dataclass(frozen=True, slots=True)
class ProductView:
    """A product with the stock that is left."""

    product: str
    price: Decimal
    stock: int


View = LineView | CartView | OrderView | tuple[OrderSummary, ...] | ProductView | None
"""The view of an outcome: the line after a change of it, the order after a checkout or cancellation, the thing that
was looked at; ``None`` for refusals and for changes that have nothing to show. Orders in a list are sorted by name."""


@dataclass(frozen=True, slots=True)
class AllowedOutcome:
    """One way in which a correct shop may answer an operation: how it ends, what it shows, and the state afterwards."""

    kind: Kind
    state: Shop
    view: View = None


def refusals(state: Shop, *kinds: Kind) -> tuple[AllowedOutcome, ...]:
    """Return the outcomes of an operation that may be refused in these ways, leaving everything as it is."""
    return tuple(AllowedOutcome(kind, state) for kind in kinds)


def view_line(product: str, quantity: int, unit_price: Decimal) -> LineView:
    """Return a line with its exact total."""
    return LineView(product, quantity, unit_price, quantity * unit_price)


def view_cart(lines: Iterable[LineView]) -> CartView:
    """Return a cart with its exact total."""
    ordered = tuple(sorted(lines))
    return CartView(ordered, sum((line.line_total for line in ordered), Decimal(0)))


def view_order(order: Order) -> OrderView:
    """Return an order as its owner sees it."""
    lines = sorted(view_line(line.product, line.quantity, line.unit_price) for line in order.lines)
    return OrderView(order.id, order.status, tuple(lines), order.total)
