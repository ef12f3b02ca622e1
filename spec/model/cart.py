"""Operations on carts. Putting a thing in takes no stock and fixes no price: both are decided at checkout."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spec.model.shop_state import CartLine, Product, Rules, Shop
from spec.model.shop_views import AllowedOutcome, Kind, refusals, view_cart, view_line

if TYPE_CHECKING:
    from spec.model.shop_operations import AddToCart, ChangeLine, EmptyCart, RemoveLine, ViewCart

Outcomes = tuple[AllowedOutcome, ...]


def add_to_cart(shop: Shop, operation: AddToCart, rules: Rules) -> Outcomes:
    """Add a quantity to that of the line, which holds no more than ``rules`` allow."""
    product = shop.product(operation.product)
    missing = product is None or not product.offered
    problems = _quantity_problems(operation.quantity, rules) + ((Kind.NOT_FOUND,) if missing else ())
    if product is None or problems:
        return refusals(shop, *problems)
    line = shop.line(operation.user, operation.product)
    quantity = operation.quantity + (line.quantity if line else 0)
    if quantity > rules.max_quantity:
        return refusals(shop, Kind.CONFLICT)
    return _set_quantity(shop, operation.user, product, quantity)


def change_line(shop: Shop, operation: ChangeLine, rules: Rules) -> Outcomes:
    """Set the quantity of a line in the own cart, where others' lines are not found."""
    line = shop.line(operation.owner, operation.product) if operation.user == operation.owner else None
    product = shop.product(operation.product)
    problems = _quantity_problems(operation.quantity, rules) + ((Kind.NOT_FOUND,) if line is None else ())
    if product is None or problems:
        return refusals(shop, *problems)
    return _set_quantity(shop, operation.user, product, operation.quantity)


def remove_line(shop: Shop, operation: RemoveLine) -> Outcomes:
    """Remove a line from the own cart, where others' lines are not found."""
    if operation.user != operation.owner or shop.line(operation.owner, operation.product) is None:
        return refusals(shop, Kind.NOT_FOUND)
    return (AllowedOutcome(Kind.DONE, shop.without_line(operation.user, operation.product)),)


def empty_cart(shop: Shop, operation: EmptyCart) -> Outcomes:
    """Remove all lines; a cart that is empty already is emptied all the same."""
    return (AllowedOutcome(Kind.DONE, shop.without_cart(operation.user)),)


def look_at_cart(shop: Shop, operation: ViewCart) -> Outcomes:
    """Show every line at the present price, with the exact sum; a withdrawn product stays until it is removed."""
    prices = {product.id: product.price for product in shop.products}
    lines = (view_line(line.product, line.quantity, prices[line.product]) for line in shop.cart(operation.user))
    return (AllowedOutcome(Kind.DONE, shop, view_cart(lines)),)


def _quantity_problems(quantity: int, rules: Rules) -> tuple[Kind, ...]:
    return () if 1 <= quantity <= rules.max_quantity else (Kind.INVALID,)


def _set_quantity(shop: Shop, user: str, product: Product, quantity: int) -> Outcomes:
    """Set the line. A shop may refuse at once what the checkout would: more than there is, or a withdrawn thing.

    One that limits the quantity of a line may call more than there is invalid.
    """
    done = AllowedOutcome(
        Kind.DONE,
        shop.with_line(user, CartLine(product.id, quantity)),
        view_line(product.id, quantity, product.price),
    )
    if quantity > product.stock:
        return (done, *refusals(shop, Kind.CONFLICT, Kind.INVALID))
    if not product.offered:
        return (done, *refusals(shop, Kind.CONFLICT))
    return (done,)
