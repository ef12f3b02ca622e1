"""Operations of users and staff, as values. The caller chooses the names of users, products and orders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decimal import Decimal

    from spec.model.shop_state import OrderStatus


@dataclass(frozen=True, slots=True)
class AddToCart:
    """A user puts so many of a product into the own cart; what is there already becomes more."""

    user: str
    product: str
    quantity: int


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A user sets the quantity of the line that a product has in the cart of ``owner``."""

    user: str
    owner: str
    product: str
    quantity: int


@dataclass(frozen=True, slots=True)
class RemoveLine:
    """A user takes the line of a product out of the cart of ``owner``."""

    user: str
    owner: str
    product: str


@dataclass(frozen=True, slots=True)
class EmptyCart:
    """A user takes everything out of the own cart."""

    user: str


@dataclass(frozen=True, slots=True)
class Checkout:
    """A user orders what is in the own cart. ``order`` names the order that this may make; no other may have the name.

    The name is chosen here, and not counted by the shop, so that it does not depend on which of several checkouts at
    once comes first. The driver keeps which of the target's ids it stands for.
    """

    user: str
    order: str


@dataclass(frozen=True, slots=True)
class Cancel:
    """A user cancels an order, the own or another's."""

    user: str
    order: str


@dataclass(frozen=True, slots=True)
class ViewCart:
    """A user looks at the own cart."""

    user: str


@dataclass(frozen=True, slots=True)
class ViewOrder:
    """A user looks at an order, the own or another's."""

    user: str
    order: str


@dataclass(frozen=True, slots=True)
class ViewOrders:
    """A user looks at the list of the own orders."""

    user: str


@dataclass(frozen=True, slots=True)
class ViewProduct:
    """A visitor looks at a product."""

    product: str


@dataclass(frozen=True, slots=True)
class ChangePrice:
    """Staff set the price of a product, above zero and in whole cents."""

    product: str
    price: Decimal


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Staff take a product out of the offer."""

    product: str


@dataclass(frozen=True, slots=True)
class MoveOrder:
    """Staff move an order to another status."""

    order: str
    status: OrderStatus


CartOperation = AddToCart | ChangeLine | RemoveLine | EmptyCart | ViewCart
OrderOperation = Checkout | Cancel | ViewOrder | ViewOrders | MoveOrder
ProductOperation = ViewProduct | ChangePrice | Withdraw
Operation = CartOperation | OrderOperation | ProductOperation
