"""Every lock of the shop, in one place, so that their order can be seen.

    idempotency key (its unique index)  ->  cart  ->  products by id  ->  variants of those products

Whoever needs several takes them in this order, and products in the order of their ids: then nobody waits in a circle.
Variants need no lock of their own, since whoever changes one holds its product. `no_key` leaves rows free to be
referred to (a cart line may be added while its product is being sold).
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from reference_app.cart.models import Cart
from reference_app.catalogue.models import Product

CATEGORY_TREE = 7_203_114_001  # any number that no other advisory lock of this database uses

EMPTY_CART = """
    WITH own AS (SELECT id FROM cart_cart WHERE user_id = %s FOR NO KEY UPDATE)
    DELETE FROM cart_cartline AS line USING own WHERE line.cart_id = own.id
    RETURNING line.id, line.product_id, line.variant_id, line.quantity
"""


def lock_category_tree() -> None:
    """One change of the tree at a time, until the transaction ends: two moves could make a circle together."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CATEGORY_TREE])


def lock_cart(*, user_id: int) -> Cart | None:
    """The cart of a user, until the transaction ends; None when there is none yet."""
    return Cart.objects.select_for_update(no_key=True).filter(user_id=user_id).first()


def lock_or_make_cart(*, user_id: int) -> Cart:
    """The cart of a user, until the transaction ends."""
    found = lock_cart(user_id=user_id)
    if found is None:
        Cart.objects.bulk_create([Cart(user_id=user_id)], ignore_conflicts=True)
        found = Cart.objects.select_for_update(no_key=True).get(user_id=user_id)
    return found


def lock_and_empty_cart(*, user_id: int) -> list[tuple[int, int | None, int]]:
    """Removes every line of a cart under its lock: (product, variant, quantity) in the order in which they were put in.

    Who waits for the lock and then finds the lines gone gets none. A line that is added meanwhile stays in the cart.
    """
    with connection.cursor() as cursor:
        cursor.execute(EMPTY_CART, [user_id])
        return [(product_id, variant_id, quantity) for _, product_id, variant_id, quantity in sorted(cursor.fetchall())]


def lock_products(ids: Iterable[int]) -> dict[int, Product]:
    """Those products, by id, until the transaction ends. What is read here is current, also after waiting."""
    rows = Product.objects.select_for_update(no_key=True).defer("search", "description")
    return {product.pk: product for product in rows.filter(pk__in=set(ids)).order_by("pk")}


def lock_product(product_id: int) -> Product | None:
    """One product, until the transaction ends."""
    rows = Product.objects.select_for_update(no_key=True).defer("search")
    return rows.filter(pk=product_id).first()
