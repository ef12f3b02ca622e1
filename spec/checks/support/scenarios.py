"""Sequences of steps to play on a shop: numbers drawn at random, given a meaning by the state of the model.

A step is a number that seeds its choices among what the model's state offers at that moment, and nothing else does: a
sequence means the same whenever it is played, and without one of its steps the others still mean something.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from random import Random
from types import MappingProxyType
from typing import Final

from spec import model

Operations = tuple[model.Operation, ...]

USERS: Final = ("ann", "bob")
PRODUCTS: Final = ("lamp", "mug", "pen")
OPENING_PRICES: Final = ("12.50", "1.99", "333.33")
PRICES: Final = ("0.01", "0.10", "1.99", "12.50", "19.99", "333.33")
QUANTITIES: Final = (1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 1, 2, 3, 0, -1, 1000)
STOCKS: Final = ((0, 4), (10, 40), (10, 40), (10, 40))
"""Scarce and plentiful: with scarce stock alone hardly any cart of several lines is ever ordered."""
BOUGHT: Final = (1, 2, 3, 3, 2, 3)
"""Numbers of products in one purchase: faults sit in the third line rather than the first."""


def draw_opening(random: Random) -> model.Shop:
    """Draw the model of the shop before the first step: some stock of each product, nothing in any cart."""
    shop = model.Shop()
    for name, price in zip(PRODUCTS, OPENING_PRICES, strict=True):
        shop = shop.with_product(model.Product(name, Decimal(price), random.randint(*random.choice(STOCKS))))
    return shop


def draw_steps(random: Random, most: int) -> tuple[int, ...]:
    """Draw up to so many steps, and at least half of them."""
    return tuple(random.getrandbits(32) for _ in range(random.randint(most // 2, most)))


def decide(step: int, place: int, state: model.Shop, *, prices_change: bool) -> Operations:
    """Decide the operations of a step in this state; an order that it makes is named after its place.

    Where it concerns a line and there is none, something is put into the cart instead; where it concerns an order,
    something is bought. So a line or an order that is not the user's own is always one that exists. Prices change only
    where the shop follows them.
    """
    deeds = [deed for deed in DEEDS if prices_change or deed != "change a price"]
    moment = _Moment(Random(step), state, f"order {place}")
    (deed,) = moment.random.choices(deeds, [DEEDS[deed][0] for deed in deeds])
    return DEEDS[deed][1](moment)


class _Moment:
    """The choices of one step in a state of the model."""

    def __init__(self, random: Random, state: model.Shop, new: str) -> None:
        self.random, self.state, self.new = random, state, new
        self.user, other = random.sample(USERS, 2)
        self.owner = random.choice((self.user, self.user, other))
        self.product = random.choice(PRODUCTS)
        self.quantity = random.choice(QUANTITIES)

    def add(self) -> Operations:
        return (model.AddToCart(self.user, self.product, self.quantity),)

    def checkout(self) -> Operations:
        # Mostly with something in the cart: an empty one is refused, which is soon known.
        ready = self.state.cart(self.user) or self.owner != self.user
        return (model.Checkout(self.user, self.new),) if ready else self.add()

    def buy(self, user: str) -> Operations:
        # Without this hardly any cart of several lines, each within its stock, would ever be ordered.
        chosen = self.random.sample(PRODUCTS, self.random.choice(BOUGHT))
        emptying = (model.EmptyCart(user),) if self.state.cart(user) else ()
        filling = (model.AddToCart(user, product, self.quantity) for product in chosen)
        return (*emptying, *filling, model.Checkout(user, self.new))

    def on_line(self, act: Callable[[str], model.Operation]) -> Operations:
        lines = self.state.cart(self.owner)
        return (act(self.random.choice(lines).product),) if lines else self.add()

    def on_order(self, act: Callable[[str, str], model.Operation], times: int = 1) -> Operations:
        orders = [order.id for order in self.state.orders if order.owner == self.owner]
        return (act(self.user, self.random.choice(orders)),) * times if orders else self.buy(self.owner)


DEEDS: Final[Mapping[str, tuple[int, Callable[[_Moment], Operations]]]] = MappingProxyType(
    {
        "add to cart": (5, _Moment.add),
        "change a line": (
            2,
            lambda now: now.on_line(lambda line: model.ChangeLine(now.user, now.owner, line, now.quantity)),
        ),
        "remove a line": (1, lambda now: now.on_line(lambda line: model.RemoveLine(now.user, now.owner, line))),
        "empty the cart": (1, lambda now: (model.EmptyCart(now.user),)),
        "view the cart": (1, lambda now: (model.ViewCart(now.user),)),
        "fill the cart and place the order": (5, lambda now: now.buy(now.user)),
        "place the order": (4, _Moment.checkout),
        "cancel an order": (3, lambda now: now.on_order(model.Cancel)),
        "cancel an order and once more": (2, lambda now: now.on_order(model.Cancel, times=2)),
        "view an order": (3, lambda now: now.on_order(model.ViewOrder)),
        "view the orders": (1, lambda now: (model.ViewOrders(now.user),)),
        "view a product": (1, lambda now: (model.ViewProduct(now.product),)),
        "change a price": (1, lambda now: (model.ChangePrice(now.product, Decimal(now.random.choice(PRICES))),)),
        "withdraw a product": (1, lambda now: (model.Withdraw(now.product),)),
    }
)
"""Deeds with their weight in the draw (most lead to a checkout or back from one) and their operations."""


def audit(state: model.Shop) -> Operations:
    """Look at everything that there is: a fault that no step has looked at shows here."""
    return (
        *(model.ViewProduct(product.id) for product in state.products),
        *(model.ViewCart(user) for user in USERS),
        *(model.ViewOrders(user) for user in USERS),
        *(model.ViewOrder(order.owner, order.id) for order in state.orders),
    )
