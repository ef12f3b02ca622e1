"""Sequences of operations to play on a shop: drawn by Hypothesis, made sense of by what the model knows.

A drawn step says whom it concerns by number. What the number stands for is decided by the model's state, and by nothing
else: a sequence means the same whenever it is played, and without a step of it the others still mean something.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from hypothesis import strategies as st

from spec.model import (
    AddToCart,
    Cancel,
    ChangeLine,
    ChangePrice,
    Checkout,
    EmptyCart,
    Operation,
    Product,
    RemoveLine,
    Shop,
    ViewCart,
    ViewOrder,
    ViewOrders,
    ViewProduct,
    Withdraw,
)

USERS: Final = ("ann", "bob")
PRODUCTS: Final = ("lamp", "mug", "pen")
PRICES: Final = ("0.01", "0.10", "1.99", "12.50", "19.99", "333.33")


class Deed(StrEnum):
    """What a step does."""

    ADD = "add to cart"
    CHANGE = "change a line"
    REMOVE = "remove a line"
    EMPTY = "empty the cart"
    VIEW_CART = "view the cart"
    BUY = "fill the cart and place the order"
    CHECKOUT = "place the order"
    CANCEL = "cancel an order"
    CANCEL_TWICE = "cancel an order and once more"
    VIEW_ORDER = "view an order"
    VIEW_ORDERS = "view the orders"
    VIEW_PRODUCT = "view a product"
    CHANGE_PRICE = "change a price"
    WITHDRAW = "withdraw a product"


WEIGHTS: Final = {
    Deed.ADD: 5,
    Deed.BUY: 5,
    Deed.CHECKOUT: 4,
    Deed.CANCEL: 3,
    Deed.CANCEL_TWICE: 2,
    Deed.VIEW_ORDER: 3,
    Deed.CHANGE: 2,
}
"""How often a deed is drawn, where it is not once: mostly what leads through the till and back."""


BOUGHT: Final = (1, 2, 3, 3, 2, 3)
"""Of how many products one buys at once, by the number drawn: faults sit in the third line rather than the first."""


@dataclass(frozen=True, slots=True)
class Step:
    """One drawn step. Numbers point into whatever there is at that moment."""

    deed: Deed
    user: int
    foreign: bool
    product: int
    quantity: int
    order: int
    price: str


@dataclass(frozen=True, slots=True)
class Scenario:
    """The stock that each product begins with, and what happens then."""

    stocks: tuple[int, ...]
    steps: tuple[Step, ...]


def scenarios(*, max_steps: int, prices_change: bool) -> st.SearchStrategy[Scenario]:
    """Scenarios of up to so many steps; prices change only where the shop follows them."""
    offered = [deed for deed in Deed if prices_change or deed is not Deed.CHANGE_PRICE]
    urn = [deed for deed in offered for _ in range(WEIGHTS.get(deed, 1))]
    # Scarce and plentiful: with scarce stock alone hardly any cart of several lines ever gets through the till.
    stock = st.one_of(st.integers(0, 4), st.integers(10, 40), st.integers(10, 40), st.integers(10, 40))
    quantity = st.sampled_from([1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 1, 2, 3, 0, -1, 1000])
    step = st.tuples(
        st.sampled_from(urn),
        st.integers(0, len(USERS) - 1),
        st.sampled_from([False, False, True]),
        st.integers(0, len(PRODUCTS) - 1),
        quantity,
        st.integers(0, len(BOUGHT) - 1),
        st.sampled_from(PRICES),
    ).map(lambda drawn: Step(*drawn))
    stocks = st.tuples(*(stock for _ in PRODUCTS))
    # Long from the start, since much has to happen before something can go wrong.
    steps = st.lists(step, min_size=max_steps // 2, max_size=max_steps)
    return st.tuples(stocks, steps).map(lambda drawn: Scenario(drawn[0], tuple(drawn[1])))


def opening(scenario: Scenario) -> Shop:
    """The model of the shop before the first step: every product at a price of its own, nothing in any cart."""
    shop = Shop()
    for name, stock, price in zip(PRODUCTS, scenario.stocks, ("12.50", "1.99", "333.33"), strict=True):
        shop = shop.with_product(Product(name, Decimal(price), stock))
    return shop


def decide(step: Step, number: int, state: Shop) -> tuple[Operation, ...]:
    """What the step means in this state; `number` is its place, by which an order that it makes is called.

    Where it concerns a line and there is none, something is put into the cart instead; where it concerns an order,
    something is bought.
    """
    user, product = USERS[step.user], PRODUCTS[step.product]
    match step.deed:
        case Deed.ADD:
            return (AddToCart(user, product, step.quantity),)
        case Deed.BUY:
            return _buy(step, user, f"order {number}", state)
        case Deed.CHECKOUT:
            # Mostly with something in the cart: an empty one is refused, which is soon known.
            empty = not state.cart(user) and not step.foreign
            return (AddToCart(user, product, step.quantity) if empty else Checkout(user, f"order {number}"),)
        case Deed.EMPTY:
            return (EmptyCart(user),)
        case Deed.VIEW_CART:
            return (ViewCart(user),)
        case Deed.VIEW_ORDERS:
            return (ViewOrders(user),)
        case Deed.VIEW_PRODUCT:
            return (ViewProduct(product),)
        case Deed.CHANGE_PRICE:
            return (ChangePrice(product, Decimal(step.price)),)
        case Deed.WITHDRAW:
            return (Withdraw(product),)
        case Deed.CHANGE | Deed.REMOVE:
            return (_on_line(step, user, state) or AddToCart(user, product, step.quantity),)
        case Deed.CANCEL | Deed.CANCEL_TWICE | Deed.VIEW_ORDER:
            return _on_order(step, user, f"order {number}", state)


def _buy(step: Step, user: str, order: str, state: Shop) -> tuple[Operation, ...]:
    # Without this hardly any cart of several lines, each within its stock, would ever be ordered.
    chosen = [PRODUCTS[(step.product + place) % len(PRODUCTS)] for place in range(BOUGHT[step.order])]
    emptying = (EmptyCart(user),) if state.cart(user) else ()
    return (*emptying, *(AddToCart(user, product, step.quantity) for product in chosen), Checkout(user, order))


def _owner(step: Step, user: str) -> str:
    return USERS[(USERS.index(user) + 1) % len(USERS)] if step.foreign else user


def _on_line(step: Step, user: str, state: Shop) -> Operation | None:
    owner = _owner(step, user)
    lines = state.cart(owner)
    if not lines:
        return None
    product = lines[step.product % len(lines)].product
    if step.deed is Deed.CHANGE:
        return ChangeLine(user, owner, product, step.quantity)
    return RemoveLine(user, owner, product)


def _on_order(step: Step, user: str, new: str, state: Shop) -> tuple[Operation, ...]:
    owner = _owner(step, user)
    orders = [order for order in state.orders if order.owner == owner]
    if not orders:
        return _buy(step, owner, new, state)
    order = orders[step.order % len(orders)].id
    if step.deed is Deed.VIEW_ORDER:
        return (ViewOrder(user, order),)
    return (Cancel(user, order),) * (2 if step.deed is Deed.CANCEL_TWICE else 1)


def audit(state: Shop) -> tuple[Operation, ...]:
    """A look at everything that there is: what no step has looked at shows here."""
    return (
        *(ViewProduct(product.id) for product in state.products),
        *(ViewCart(user) for user in USERS),
        *(ViewOrders(user) for user in USERS),
        *(ViewOrder(order.owner, order.id) for order in state.orders),
    )


def concerns_another(operation: Operation, state: Shop) -> bool:
    """Whether the operation reaches for something that exists and is somebody else's."""
    match operation:
        case ChangeLine() | RemoveLine():
            return operation.user != operation.owner and state.line(operation.owner, operation.product) is not None
        case Cancel() | ViewOrder():
            order = state.order(operation.order)
            return order is not None and order.owner != operation.user
        case _:
            return False
