"""Facts of products as a page, a list or a cart tells them. A fact that is left untold is not judged there."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from spec.target.profile.profile_model import Profile
from spec.target.values import UNTOLD, ListedProduct, Product, Untold


class Entry(NamedTuple):
    """A product as a list or its own page tells it."""

    id: str
    name: str
    price: Decimal | Untold
    in_stock: bool | Untold


def read_entry(product: Product | ListedProduct) -> Entry:
    """Read the facts that pages and lists have in common."""
    price = UNTOLD if product.price is UNTOLD else product.price.amount
    return Entry(product.id, product.name, price, product.in_stock)


def as_told(wanted: Sequence[Entry], shown: Sequence[Entry]) -> list[Entry]:
    """Return the wanted entries, each without the facts that the entry shown in its place leaves untold."""
    told = list(wanted)
    for place, (one, other) in enumerate(zip(wanted, shown, strict=False)):
        price = UNTOLD if other.price is UNTOLD else one.price
        told[place] = one._replace(price=price, in_stock=UNTOLD if other.in_stock is UNTOLD else one.in_stock)
    return told


def price_in_cart(profile: Profile, *, now: Decimal, when_added: Decimal) -> Decimal | Untold:
    """Return the price that a line in the cart shows by the declared policy; untold where the policy leaves it open."""
    match profile.policies.get("price_change"):
        case "current":
            return now
        case "kept":
            return when_added
        case _:
            return UNTOLD
