"""Sequences of steps to play on a shop: numbers drawn at random, given a meaning by the state of the model.

A step is a number that seeds its choices among what the model's state offers at that moment, and nothing else does: a
sequence means the same whenever it is played, and without one of its steps the others still mean something.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
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
QUANTITIES: Final = (1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 1, 2, 3, 0, -1, 50)
"""Mostly few; none; and more than there is of anything. How many one line holds is a shop's own choice."""
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


def decide(step: int, place: int, state: model.Shop, *, left_out: Collection[str] = ()) -> Operations:
    """Decide the operations of a step in this state; an order that it makes is named after its place.

    Where it concerns a line and there is none, something is put into the cart instead; where it concerns an order,
    something is bought. So a line or an order that is not the user's own is always one that exists. Deeds that the shop
    does not offer are left out.
    """
    deeds = [deed for deed in DEEDS if deed not in left_out]
    moment = _Moment(Random(step), state, f"order {place}", left_out)
    (deed,) = moment.random.choices(deeds, [DEEDS[deed][0] for deed in deeds])
    return DEEDS[deed][2](moment)


class _Moment:
    """The choices of one step in a state of the model."""

    def __init__(self, random: Random, state: model.Shop, new: str, left_out: Collection[str]) -> None:
        self.random, self.state, self.new, self.left_out = random, state, new, left_out
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
        filling = (model.AddToCart(user, product, self.quantity) for product in chosen)
        return (*self.empty(user), *filling, model.Checkout(user, self.new))

    def empty(self, user: str) -> Operations:
        lines = self.state.cart(user)
        if "empty the cart" not in self.left_out:
            return (model.EmptyCart(user),) if lines else ()
        return (
            ()
            if "remove a line" in self.left_out
            else tuple(model.RemoveLine(user, user, line.product) for line in lines)
        )

    def on_line(self, act: Callable[[str], model.Operation]) -> Operations:
        lines = self.state.cart(self.owner)
        return (act(self.random.choice(lines).product),) if lines else self.add()

    def on_order(self, act: Callable[[str, str], model.Operation], times: int = 1) -> Operations:
        orders = [order.id for order in self.state.orders if order.owner == self.owner]
        return (act(self.user, self.random.choice(orders)),) * times if orders else self.buy(self.owner)


DEEDS: Final[Mapping[str, tuple[int, str, Callable[[_Moment], Operations]]]] = MappingProxyType(
    {
        "add to cart": (5, "add_to_cart", _Moment.add),
        "change a line": (
            2,
            "change_line",
            lambda now: now.on_line(lambda line: model.ChangeLine(now.user, now.owner, line, now.quantity)),
        ),
        "remove a line": (
            1,
            "remove_line",
            lambda now: now.on_line(lambda line: model.RemoveLine(now.user, now.owner, line)),
        ),
        "empty the cart": (1, "empty_cart", lambda now: (model.EmptyCart(now.user),)),
        "view the cart": (1, "view_cart", lambda now: (model.ViewCart(now.user),)),
        "fill the cart and place the order": (5, "place_order", lambda now: now.buy(now.user)),
        "place the order": (4, "place_order", _Moment.checkout),
        "cancel an order": (3, "cancel_order", lambda now: now.on_order(model.Cancel)),
        "cancel an order and once more": (2, "cancel_order", lambda now: now.on_order(model.Cancel, times=2)),
        "view an order": (3, "open_order", lambda now: now.on_order(model.ViewOrder)),
        "view the orders": (1, "list_orders", lambda now: (model.ViewOrders(now.user),)),
        "view a product": (1, "open_product", lambda now: (model.ViewProduct(now.product),)),
        "change a price": (
            1,
            "change_product",
            lambda now: (model.ChangePrice(now.product, Decimal(now.random.choice(PRICES))),),
        ),
        "withdraw a product": (1, "withdraw_product", lambda now: (model.Withdraw(now.product),)),
    }
)
"""Deeds with their weight in the draw (most lead to a checkout or back from one), their verb and their operations."""


def audit(state: model.Shop, *, left_out: Collection[str] = ()) -> Operations:
    """Look at everything that there is and can be looked at: a fault that no step has looked at shows here."""
    looks: dict[str, Operations] = {
        "view a product": tuple(model.ViewProduct(product.id) for product in state.products),
        "view the cart": tuple(model.ViewCart(user) for user in USERS),
        "view the orders": tuple(model.ViewOrders(user) for user in USERS),
        "view an order": tuple(model.ViewOrder(order.owner, order.id) for order in state.orders),
    }
    return tuple(look for deed, operations in looks.items() if deed not in left_out for look in operations)
