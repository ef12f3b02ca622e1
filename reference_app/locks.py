"""Every explicit lock of the shop, in one place, so that their order can be seen.

    account  ->  its token families
    idempotency key (its unique index)  ->  cart  ->  products by id  ->  variants of those products

A transaction that needs several takes them in this order, and products in the order of their ids, so that none waits
in a circle. Variants need no lock of their own, since every change of one holds its product. `no_key` leaves rows free
to be referred to (a cart line may be added while its product is being sold).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.db import connection

from reference_app.accounts.models import TokenFamily, User
from reference_app.cart.models import Cart
from reference_app.catalogue.models import Product

CATEGORY_TREE = 7_203_114_001  # any number that no other advisory lock of this database uses

EMPTY_CART = """
    WITH own AS (SELECT id FROM cart_cart WHERE user_id = %s FOR NO KEY UPDATE)
    DELETE FROM cart_cartline AS line USING own WHERE line.cart_id = own.id
    RETURNING line.id, line.product_id, line.variant_id, line.quantity
"""


def lock_account(*, user_id: int) -> User:
    """Lock and return an account until the transaction ends."""
    return User.objects.select_for_update().get(id=user_id)


def lock_token_family(*, family_id: uuid.UUID, user_id: int) -> TokenFamily | None:
    """Lock and return a token family of this account until the transaction ends; None when there is none."""
    rows = TokenFamily.objects.select_for_update(of=("self",)).select_related("user")
    return rows.filter(id=family_id, user_id=user_id).first()


def lock_category_tree() -> None:
    """Lock the tree of categories until the transaction ends: two moves at once could make a circle together."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CATEGORY_TREE])


def lock_cart(*, user_id: int) -> Cart | None:
    """Lock and return the cart of a user until the transaction ends; None when there is none yet."""
    return Cart.objects.select_for_update(no_key=True).filter(user_id=user_id).first()


def lock_or_make_cart(*, user_id: int) -> Cart:
    """Lock and return the cart of a user until the transaction ends, made if there was none."""
    found = lock_cart(user_id=user_id)
    if found is None:
        Cart.objects.bulk_create([Cart(user_id=user_id)], ignore_conflicts=True)
        found = Cart.objects.select_for_update(no_key=True).get(user_id=user_id)
    return found


def lock_and_empty_cart(*, user_id: int) -> list[tuple[int, int | None, int]]:
    """Remove every line of a cart under its lock; return (product, variant, quantity) in the order of putting in.

    A caller that waits for the lock and then finds the lines gone gets none. A line that is added meanwhile stays in
    the cart.
    """
    with connection.cursor() as cursor:
        cursor.execute(EMPTY_CART, [user_id])
        return [(product_id, variant_id, quantity) for _, product_id, variant_id, quantity in sorted(cursor.fetchall())]


def lock_products(ids: Iterable[int]) -> dict[int, Product]:
    """Lock and return products by id until the transaction ends; their values are current, also after waiting."""
    rows = Product.objects.select_for_update(no_key=True).defer("search", "description")
    return {product.pk: product for product in rows.filter(pk__in=set(ids)).order_by("pk")}


def lock_product(product_id: int) -> Product | None:
    """Lock and return one product until the transaction ends; None when there is none."""
    rows = Product.objects.select_for_update(no_key=True).defer("search")
    return rows.filter(pk=product_id).first()
