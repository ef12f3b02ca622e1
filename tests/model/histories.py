"""Generated histories of a small shop: three users, three products, stock that is enough at first and then is not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from spec.model import (
    AddToCart,
    AllowedOutcome,
    Cancel,
    ChangeLine,
    ChangePrice,
    Checkout,
    EmptyCart,
    MoveOrder,
    Operation,
    OrderStatus,
    Product,
    RemoveLine,
    Shop,
    ViewCart,
    ViewOrder,
    ViewOrders,
    ViewProduct,
    Withdraw,
    step,
)

USERS = ("ada", "bob", "cyd")
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""For tests whose time depends on what else the machine does."""
PRODUCTS = ("kettle", "lamp", "mug")


@dataclass(frozen=True)
class Step:
    """One step of a history: what was done, and what came of it."""

    before: Shop
    operation: Operation
    outcome: AllowedOutcome

    @property
    def after(self) -> Shop:
        """The state after the step."""
        return self.outcome.state


ORDERS = ("order-0", "order-0", "order-0", "order-1", "order-1", "order-2", "nothing")

# Every strategy is made once: strategies that depend on the state make generating ten times slower. What comes of an
# operation is chosen by a number, and a checkout gets the next free name while the history is told.
users = st.sampled_from(("ada", "ada", "ada", "bob", "cyd"))
products = st.sampled_from((*PRODUCTS, *PRODUCTS, "nothing"))
orders = st.sampled_from(ORDERS)
quantities = st.sampled_from((1, 1, 1, 2, 2, 2, 3, 3, 4, 7, 998, 999, 1000, 0, -1))
prices = st.integers(min_value=1, max_value=10**6).map(lambda cents: Decimal(cents) / 100)
odd_prices = st.sampled_from((Decimal(0), Decimal("-0.01")))
stocks = st.integers(min_value=0, max_value=40)
additions = st.builds(AddToCart, users, products, quantities)
checkouts = st.builds(Checkout, users, st.just("next"))
purchases = st.tuples(additions, additions, checkouts)
cancellations = st.tuples(additions, checkouts, st.builds(Cancel, users, orders))
moves = st.builds(MoveOrder, orders, st.sampled_from((*OrderStatus, OrderStatus.PAID, OrderStatus.PAID)))
deliveries = st.tuples(additions, checkouts, moves, moves, st.builds(Cancel, users, orders))
changes = st.tuples(additions, st.builds(ChangeLine, users, users, products, quantities))
single: st.SearchStrategy[Operation] = st.one_of(
    additions,
    checkouts,
    st.builds(ChangeLine, users, users, products, quantities),
    st.builds(RemoveLine, users, users, products),
    st.builds(EmptyCart, users),
    st.builds(ViewCart, users),
    st.builds(Cancel, users, orders),
    st.builds(ViewOrder, users, orders),
    st.builds(ViewOrders, users),
    moves,
    st.builds(ViewProduct, products),
    st.builds(ChangePrice, products, prices | odd_prices),
    st.builds(Withdraw, products),
)
errands: st.SearchStrategy[tuple[Operation, ...]] = st.one_of(
    st.tuples(single), st.tuples(single), purchases, cancellations, deliveries, changes
)
scripts = st.lists(st.tuples(errands, st.integers(min_value=0, max_value=5)), min_size=8, max_size=24)


def tell(stock: dict[str, tuple[Decimal, int]], script: list[tuple[tuple[Operation, ...], int]]) -> tuple[Step, ...]:
    """Return the history of a shop with these prices and stocks that meets these errands."""
    state = Shop()
    for name, (price, count) in stock.items():
        state = state.with_product(Product(name, price, count))
    steps = []
    for errand, choice in script:
        for planned in errand:
            operation = (
                replace(planned, order=f"order-{len(state.orders)}") if isinstance(planned, Checkout) else planned
            )
            outcomes = step(state, operation)
            # The usual outcome comes first, and is chosen most often.
            outcome = outcomes[choice] if choice < len(outcomes) else outcomes[0]
            steps.append(Step(state, operation, outcome))
            state = outcome.state
    return tuple(steps)


def histories() -> st.SearchStrategy[tuple[Step, ...]]:
    """Return histories of a shop that take any of the outcomes that are allowed at each step."""
    stock = st.fixed_dictionaries({name: st.tuples(prices, stocks) for name in PRODUCTS})
    return st.builds(tell, stock, scripts)


def replay(shop: Shop, *done: Operation) -> Shop:
    """Return the shop after these operations, each with its usual outcome."""
    for operation in done:
        shop = step(shop, operation)[0].state
    return shop
