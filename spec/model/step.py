"""One step of the shop: from a state and an operation to everything that may come of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, assert_never

from spec.model import cart, orders, products
from spec.model.shop_operations import (
    AddToCart,
    Cancel,
    ChangeLine,
    ChangePrice,
    Checkout,
    EmptyCart,
    MoveOrder,
    Operation,
    RemoveLine,
    ViewCart,
    ViewOrder,
    ViewOrders,
    ViewProduct,
    Withdraw,
)
from spec.model.shop_state import Rules, Shop

if TYPE_CHECKING:
    from collections.abc import Iterable

    from spec.model.shop_views import AllowedOutcome, Kind, View

DEFAULT_RULES: Final = Rules()


def step(state: Shop, operation: Operation, rules: Rules = DEFAULT_RULES) -> tuple[AllowedOutcome, ...]:
    """Return every outcome of ``operation`` that a correct shop may have in ``state``: never none, the usual first.

    There is more than one only where requirements leave the choice to the shop. A price that changed is paid as it is
    at checkout; a shop with another declared policy is not to be sent ``ChangePrice``.
    """
    match operation:
        case AddToCart():
            return cart.add_to_cart(state, operation, rules)
        case ChangeLine():
            return cart.change_line(state, operation, rules)
        case RemoveLine():
            return cart.remove_line(state, operation)
        case EmptyCart():
            return cart.empty_cart(state, operation)
        case ViewCart():
            return cart.look_at_cart(state, operation)
        case Checkout():
            return orders.checkout(state, operation)
        case Cancel():
            return orders.cancel(state, operation)
        case ViewOrder():
            return orders.look_at_order(state, operation)
        case ViewOrders():
            return orders.look_at_orders(state, operation)
        case MoveOrder():
            return orders.move_order(state, operation)
        case ViewProduct():
            return products.look_at_product(state, operation)
        case ChangePrice():
            return products.change_price(state, operation)
        case Withdraw():
            return products.withdraw(state, operation)
        case _:
            assert_never(operation)


def follow(
    states: Iterable[Shop], operation: Operation, kind: Kind, view: View = None, rules: Rules = DEFAULT_RULES
) -> frozenset[Shop]:
    """Return the states that a shop may be in after it was seen to answer ``operation`` in this way.

    ``states`` are those that it may have been in before. Empty when no correct shop answers so: the observation is a
    violation.
    """
    return frozenset(
        outcome.state
        for state in states
        for outcome in step(state, operation, rules)
        if outcome.kind is kind and outcome.view == view
    )
