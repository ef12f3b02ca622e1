"""The things that a shop talks about, as the verbs read it from answers. Ids are text, money is exact."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Final


class Untold(Enum):
    """The type of `UNTOLD`, which tells a fact that a list does not show from one that does not hold."""

    UNTOLD = "untold"


UNTOLD: Final = Untold.UNTOLD


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in the major unit of its currency (ISO 4217)."""

    amount: Decimal
    currency: str

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


@dataclass(frozen=True, slots=True)
class Account:
    """A registered customer or member of staff."""

    id: str
    email: str


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens that a sign-in or a refresh gives. Lifetimes in seconds, None where they are not announced."""

    access: str
    refresh: str
    expires_in: int | None = None
    refresh_expires_in: int | None = None


@dataclass(frozen=True, slots=True)
class Category:
    """A group of products."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Variant:
    """A form of a product (size, colour) with a price and a stock of its own."""

    id: str
    price: Money
    stock: int | Untold


@dataclass(frozen=True, slots=True)
class ListedProduct:
    """A product as a list shows it. A list that leaves a fact to the product's own page has not told it."""

    id: str
    name: str
    price: Money | Untold
    in_stock: bool | Untold
    category_id: str | Untold | None


@dataclass(frozen=True, slots=True)
class Product:
    """A product as its own page shows it. `stock` is untold where only the flag is shown; `category_id` is None
    where it is in no category."""

    id: str
    name: str
    price: Money
    in_stock: bool
    category_id: str | Untold | None
    stock: int | Untold = UNTOLD
    variants: tuple[Variant, ...] = ()


@dataclass(frozen=True, slots=True)
class ProductPage:
    """One page of a product list and where the next one begins (None at the end)."""

    products: tuple[ListedProduct, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class CartLine:
    """So many of one thing."""

    id: str
    product_id: str
    variant_id: str | None
    quantity: int
    unit_price: Money
    line_total: Money


@dataclass(frozen=True, slots=True)
class Cart:
    """The things that a customer is about to order."""

    lines: tuple[CartLine, ...]
    total: Money


@dataclass(frozen=True, slots=True)
class Order:
    """An order. A list shows orders without their lines.

    `adjustments` is the sum of what the order lists beside its lines: shipping, taxes, and discounts below zero.
    """

    id: str
    number: str
    status: str
    total: Money
    lines: tuple[CartLine, ...] = ()
    adjustments: Decimal = Decimal(0)

    @property
    def goods_total(self) -> Money:
        """The part of the total that its lines have to make."""
        return Money(self.total.amount - self.adjustments, self.total.currency)


@dataclass(frozen=True, slots=True)
class Review:
    """A customer's opinion of a product; rating from 1 to 5."""

    id: str
    rating: int
    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Readiness:
    """The target's report of its dependencies."""

    ready: bool
    database: bool
    cache: bool
