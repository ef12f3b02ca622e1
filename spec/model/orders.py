"""Operations on orders: taking and returning stock, at the price of the moment, all or nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from spec.model.shop_state import CANCELLABLE, NEXT_STATUS, Order, OrderLine, OrderStatus, Shop
from spec.model.shop_views import AllowedOutcome, Kind, OrderSummary, refusals, view_order

if TYPE_CHECKING:
    from spec.model.shop_operations import Cancel, Checkout, MoveOrder, ViewOrder, ViewOrders

Outcomes = tuple[AllowedOutcome, ...]


def checkout(shop: Shop, operation: Checkout) -> Outcomes:
    """Make the cart an order at present prices, take its stock and empty it; or change nothing at all.

    Refused is an empty cart, and one of which any line is withdrawn or exceeds the stock (SHOP-012, SHOP-014). Raises
    ``ValueError`` when the name of the order was used before: that is a fault of the driver, not of a shop.
    """
    if shop.order(operation.order) is not None:
        raise ValueError(f"The name {operation.order!r} already stands for an order.")
    lines = []
    for line in shop.cart(operation.user):
        product = shop.product(line.product)
        if product is None or not product.offered or line.quantity > product.stock:
            return refusals(shop, Kind.CONFLICT)
        lines.append(OrderLine(line.product, line.quantity, product.price))
    if not lines:
        return refusals(shop, Kind.CONFLICT)
    order = Order(operation.order, operation.user, OrderStatus.PLACED, tuple(lines))
    after = shop.with_stock_moved(order.lines, -1).without_cart(operation.user).with_order(order)
    return (AllowedOutcome(Kind.DONE, after, view_order(order)),)


def cancel(shop: Shop, operation: Cancel) -> Outcomes:
    """Return the stock, once: an order that is cancelled, sent or delivered cannot be cancelled (SHOP-010)."""
    order = _own_order(shop, operation.user, operation.order)
    if order is None:
        return refusals(shop, Kind.NOT_FOUND)
    if order.status not in CANCELLABLE:
        return refusals(shop, Kind.CONFLICT)
    return (_cancelled(shop, order),)


def look_at_order(shop: Shop, operation: ViewOrder) -> Outcomes:
    """Show the own order as it was placed, whatever happened to prices and products since."""
    order = _own_order(shop, operation.user, operation.order)
    if order is None:
        return refusals(shop, Kind.NOT_FOUND)
    return (AllowedOutcome(Kind.DONE, shop, view_order(order)),)


def look_at_orders(shop: Shop, operation: ViewOrders) -> Outcomes:
    """Show the own orders and no other user's."""
    own = tuple(
        OrderSummary(order.id, order.status, order.total) for order in shop.orders if order.owner == operation.user
    )
    return (AllowedOutcome(Kind.DONE, shop, own),)


def move_order(shop: Shop, operation: MoveOrder) -> Outcomes:
    """Move an order on: placed, paid, shipped, delivered, one after another and never back (SHOP-011).

    Whether staff may also cancel in this way is left to the shop; if so, it is a cancellation like any other.
    """
    order = shop.order(operation.order)
    if order is None:
        return refusals(shop, Kind.NOT_FOUND)
    if operation.status is OrderStatus.CANCELLED and order.status in CANCELLABLE:
        return (_cancelled(shop, order), *refusals(shop, Kind.CONFLICT))
    if NEXT_STATUS.get(order.status) is not operation.status:
        return refusals(shop, Kind.CONFLICT)
    moved = replace(order, status=operation.status)
    return (AllowedOutcome(Kind.DONE, shop.with_order(moved), view_order(moved)),)


def _cancelled(shop: Shop, order: Order) -> AllowedOutcome:
    cancelled = replace(order, status=OrderStatus.CANCELLED)
    after = shop.with_stock_moved(order.lines, +1).with_order(cancelled)
    return AllowedOutcome(Kind.DONE, after, view_order(cancelled))


def _own_order(shop: Shop, user: str, order_id: str) -> Order | None:
    """Return the order, if it is this user's."""
    order = shop.order(order_id)
    return order if order is not None and order.owner == user else None
