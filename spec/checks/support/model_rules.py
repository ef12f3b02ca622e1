"""The rules of the model, each with the situations in which it decides: for the count of those that plays have met."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

from spec import model

Situation: TypeAlias = Callable[[model.Shop, model.Operation], bool]


def _names_another_user(_: model.Shop, operation: model.Operation) -> bool:
    return isinstance(operation, model.ChangeLine | model.RemoveLine) and operation.user != operation.owner


def _has_no_quantity(_: model.Shop, operation: model.Operation) -> bool:
    return isinstance(operation, model.AddToCart | model.ChangeLine) and operation.quantity < 1


def _wants_a_withdrawn_product(state: model.Shop, operation: model.Operation) -> bool:
    product = state.product(operation.product) if isinstance(operation, model.AddToCart) else None
    return product is not None and not product.offered


def _has_a_line_already(state: model.Shop, operation: model.Operation) -> bool:
    return isinstance(operation, model.AddToCart) and state.line(operation.user, operation.product) is not None


def _wants_more_than_there_is(state: model.Shop, operation: model.Operation) -> bool:
    if not isinstance(operation, model.AddToCart | model.ChangeLine):
        return False
    product = state.product(operation.product)
    return product is not None and operation.quantity > product.stock


def _orders_nothing(state: model.Shop, operation: model.Operation) -> bool:
    return isinstance(operation, model.Checkout) and not state.cart(operation.user)


def _orders_a_withdrawn_product(state: model.Shop, operation: model.Operation) -> bool:
    products = [state.product(line.product) for line in _ordered(state, operation)]
    return any(one is None or not one.offered for one in products)


def _orders_more_than_there_is(state: model.Shop, operation: model.Operation) -> bool:
    stock = {one.id: one.stock for one in state.products}
    return any(line.quantity > stock[line.product] for line in _ordered(state, operation))


def _orders_what_there_is(state: model.Shop, operation: model.Operation) -> bool:
    refused = _orders_a_withdrawn_product(state, operation) or _orders_more_than_there_is(state, operation)
    return bool(_ordered(state, operation)) and not refused


def _ordered(state: model.Shop, operation: model.Operation) -> tuple[model.CartLine, ...]:
    return tuple(state.cart(operation.user)) if isinstance(operation, model.Checkout) else ()


def _names_an_order_of_another(state: model.Shop, operation: model.Operation) -> bool:
    if not isinstance(operation, model.Cancel | model.ViewOrder):
        return False
    order = state.order(operation.order)
    return order is not None and order.owner != operation.user


def _cancels(*, again: bool) -> Situation:
    def holds(state: model.Shop, operation: model.Operation) -> bool:
        order = state.order(operation.order) if isinstance(operation, model.Cancel) else None
        if order is None or _names_an_order_of_another(state, operation):
            return False
        return (order.status is model.OrderStatus.CANCELLED) is again

    return holds


def _reads_an_order_after_its_price_changed(state: model.Shop, operation: model.Operation) -> bool:
    order = state.order(operation.order) if isinstance(operation, model.ViewOrder) else None
    if order is None or _names_an_order_of_another(state, operation):
        return False
    prices = {one.id: one.price for one in state.products}
    return any(prices.get(line.product) != line.unit_price for line in order.lines)


def _has_a_withdrawn_line(state: model.Shop, operation: model.Operation) -> bool:
    lines = state.cart(operation.user) if isinstance(operation, model.ViewCart) else ()
    offered = {one.id for one in state.products if one.offered}
    return any(line.product not in offered for line in lines)


RULES: Final[Mapping[str, Situation]] = MappingProxyType(
    {
        "a quantity below one is invalid": _has_no_quantity,
        "a withdrawn product cannot be put into a cart": _wants_a_withdrawn_product,
        "what is added to a line counts with what it holds": _has_a_line_already,
        "more than there is may be put into a cart": _wants_more_than_there_is,
        "a line of another user's cart is not found": _names_another_user,
        "a withdrawn product stays in carts until it is removed": _has_a_withdrawn_line,
        "an empty cart cannot be ordered": _orders_nothing,
        "a withdrawn product cannot be ordered": _orders_a_withdrawn_product,
        "more than there is cannot be ordered": _orders_more_than_there_is,
        "a cart of one line is ordered whole": lambda state, operation: (
            len(_ordered(state, operation)) == 1 and _orders_what_there_is(state, operation)
        ),
        "a cart of several lines is ordered whole": lambda state, operation: (
            len(_ordered(state, operation)) > 1 and _orders_what_there_is(state, operation)
        ),
        "one line that cannot be had refuses the whole cart": lambda state, operation: (
            len(_ordered(state, operation)) > 1 and not _orders_what_there_is(state, operation)
        ),
        "a cancelled order returns its stock": _cancels(again=False),
        "an order is cancelled once": _cancels(again=True),
        "another user's order is not found": _names_an_order_of_another,
        "an order keeps the price at which it was placed": _reads_an_order_after_its_price_changed,
    }
)
"""The decisions of the model beside everyday ones: the name of each, and when an operation meets it."""


def list_met(state: model.Shop, operation: model.Operation) -> list[str]:
    """List the rules that decide about an operation in a state."""
    return [name for name, holds in RULES.items() if holds(state, operation)]
