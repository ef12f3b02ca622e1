"""Changes of a cart. Each holds its lock, so that parallel ones are all counted and none meets a checkout halfway.

Putting a thing in takes no stock and fixes no price: both are decided at checkout.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from reference_app.api.problems import DanglingReference, NotFound
from reference_app.caching.invalidation import invalidate
from reference_app.caching.keys import cart_topic
from reference_app.cart.models import MAX_LINES, MAX_QUANTITY, CartLine
from reference_app.cart.problems import CartFull, QuantityExceeded
from reference_app.catalogue.models import Product, Variant
from reference_app.locks import lock_and_empty_cart, lock_cart, lock_or_make_cart


@dataclass(frozen=True, slots=True)
class TakenLine:
    """A line of a cart, as checkout took it."""

    product_id: int
    variant_id: int | None
    quantity: int


@transaction.atomic(savepoint=False)
def add_line(*, user_id: int, product_id: int, quantity: int, variant_id: int | None = None) -> CartLine:
    """Put a thing into the cart; the same thing again adds to its line.

    Raises DanglingReference for a thing that is not on sale, QuantityExceeded, CartFull.
    """
    product, variant = find_thing(product_id, variant_id)
    cart = lock_or_make_cart(user_id=user_id)
    line = CartLine.objects.filter(cart=cart, product=product, variant=variant).first()
    if line is None:
        if CartLine.objects.filter(cart=cart).count() >= MAX_LINES:
            raise CartFull(f"A cart holds {MAX_LINES} different things.")
        line = CartLine.objects.create(cart=cart, product=product, variant=variant, quantity=quantity)
    else:
        set_quantity(line, line.quantity + quantity)
        line.product, line.variant = product, variant
    invalidate(cart_topic(user_id))
    return line


@transaction.atomic(savepoint=False)
def change_line(*, user_id: int, line_id: int, quantity: int) -> CartLine:
    """Set the quantity of a line. Raises NotFound when it is not in this user's cart."""
    cart = lock_cart(user_id=user_id)
    line = CartLine.objects.select_related("product", "variant").filter(cart=cart, pk=line_id).first()
    if cart is None or line is None:
        raise NotFound
    set_quantity(line, quantity)
    invalidate(cart_topic(user_id))
    return line


@transaction.atomic(savepoint=False)
def remove_line(*, user_id: int, line_id: int) -> None:
    """Take a line out. Raises NotFound when it is not in this user's cart."""
    cart = lock_cart(user_id=user_id)
    if cart is None or not CartLine.objects.filter(cart=cart, pk=line_id).delete()[0]:
        raise NotFound
    invalidate(cart_topic(user_id))


@transaction.atomic(savepoint=False)
def empty_cart(*, user_id: int) -> None:
    """Take everything out; an empty cart stays as it is."""
    cart = lock_cart(user_id=user_id)
    if cart is not None and CartLine.objects.filter(cart=cart).delete()[0]:
        invalidate(cart_topic(user_id))


def set_quantity(line: CartLine, quantity: int) -> None:
    """Set the quantity of a line. Raises QuantityExceeded above what a cart holds of one thing."""
    if quantity > MAX_QUANTITY:
        raise QuantityExceeded(f"A cart holds at most {MAX_QUANTITY} of one thing.")
    line.quantity = quantity
    line.save(update_fields=["quantity"])


def find_thing(product_id: int, variant_id: int | None) -> tuple[Product, Variant | None]:
    """Return the product and variant that a line may name: a variant exactly when the product has any."""
    product = Product.objects.defer("search", "description").filter(pk=product_id, is_active=True).first()
    if product is None:
        raise DanglingReference.of("/product_id", "No product on sale has this id.")
    if variant_id is None:
        if product.has_variants:
            raise DanglingReference.of("/variant_id", "This product is sold by variant: name one.")
        return product, None
    variant = Variant.objects.filter(pk=variant_id, product_id=product_id).first()
    if variant is None:
        raise DanglingReference.of("/variant_id", "This product has no such variant.")
    return product, variant


def take_lines(*, user_id: int) -> list[TakenLine]:
    """Take everything out of the cart, for checkout; return the lines, none when it was empty.

    Reading and removing are one statement under the cart's lock: of two checkouts one gets the lines.
    """
    return [TakenLine(*row) for row in lock_and_empty_cart(user_id=user_id)]
