"""Stock: taken by checkout, put back by cancellation, never below zero, never twice.

    1. Lines of one thing are summed.
    2. The products are locked in the order of their ids, so that no two checkouts wait in a circle.
    3. UPDATE … SET stock = stock - n WHERE stock >= n, one statement for all; a row that is missing from its answer
       had too little, and the transaction is rolled back.
    4. CHECK (stock_quantity >= 0) stands behind it, should the rest ever be wrong.

All of it happens in the caller's transaction: a refusal leaves no trace.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection

from reference_app.catalogue.models import Product
from reference_app.locks import lock_products
from reference_app.orders.problems import InsufficientStock, ProductUnavailable

TAKE_FROM_PRODUCTS = """
    UPDATE catalogue_product AS thing
    SET stock_quantity = thing.stock_quantity - wanted.quantity, in_stock = thing.stock_quantity > wanted.quantity
    FROM unnest(%s::bigint[], %s::integer[]) AS wanted (id, quantity)
    WHERE thing.id = wanted.id AND thing.stock_quantity >= wanted.quantity
    RETURNING thing.id, thing.in_stock
"""
# The flags of products follow in the same statement, which sees the variants as they were before: those that it takes
# from are looked at in its own result, the others in the table. The caller holds the locks of the products.
TAKE_FROM_VARIANTS = """
    WITH taken AS (
        UPDATE catalogue_variant AS thing
        SET stock_quantity = thing.stock_quantity - wanted.quantity
        FROM unnest(%s::bigint[], %s::bigint[], %s::integer[]) AS wanted (id, product_id, quantity)
        WHERE thing.id = wanted.id AND thing.product_id = wanted.product_id AND thing.stock_quantity >= wanted.quantity
        RETURNING thing.id, thing.product_id, thing.name, thing.price, thing.stock_quantity
    ), sold_out AS (
        UPDATE catalogue_product AS product
        SET in_stock = false
        WHERE product.in_stock AND product.id IN (SELECT product_id FROM taken)
            AND NOT EXISTS (SELECT FROM taken WHERE product_id = product.id AND stock_quantity > 0)
            AND NOT EXISTS (
                SELECT FROM catalogue_variant AS other
                WHERE other.product_id = product.id AND other.stock_quantity > 0
                    AND other.id NOT IN (SELECT id FROM taken)
            )
        RETURNING product.id
    )
    SELECT id, product_id, name, price, EXISTS (SELECT FROM sold_out) FROM taken
"""
PUT_INTO_PRODUCTS = """
    UPDATE catalogue_product AS thing
    SET stock_quantity = thing.stock_quantity + back.quantity, in_stock = thing.in_stock OR NOT thing.has_variants
    FROM unnest(%s::bigint[], %s::integer[]) AS back (id, quantity)
    WHERE thing.id = back.id
"""
PUT_INTO_VARIANTS = """
    UPDATE catalogue_variant AS thing
    SET stock_quantity = thing.stock_quantity + back.quantity
    FROM unnest(%s::bigint[], %s::integer[]) AS back (id, quantity)
    WHERE thing.id = back.id
"""
# Only of products whose flag is wrong; the caller holds their locks.
FOLLOW_VARIANTS = """
    UPDATE catalogue_product AS thing
    SET in_stock = NOT thing.in_stock
    WHERE thing.id = ANY(%s) AND thing.has_variants AND thing.in_stock <> EXISTS (
        SELECT FROM catalogue_variant WHERE product_id = thing.id AND stock_quantity > 0
    )
    RETURNING thing.id
"""


@dataclass(frozen=True, slots=True)
class Thing:
    """The unit of stock: a product without variants, or one variant."""

    product_id: int
    variant_id: int | None


@dataclass(frozen=True, slots=True)
class Offer:
    """Name and price of a thing at the moment of checkout."""

    name: str
    variant_name: str | None
    price: Decimal


@dataclass(frozen=True, slots=True)
class Movement:
    """The offers of a movement, and whether a product has come into stock or gone out of it."""

    offers: dict[Thing, Offer]
    flipped: bool


def take_stock(wanted: Mapping[Thing, int]) -> Movement:
    """Take all of the wanted stock, or raise ProductUnavailable or InsufficientStock."""
    products = lock_products(thing.product_id for thing in wanted)
    for thing in wanted:
        product = products.get(thing.product_id)
        if product is None or not product.is_active or product.has_variants != (thing.variant_id is not None):
            raise ProductUnavailable("Remove what is no longer sold from the cart.")
    offers: dict[Thing, Offer] = {}
    flipped = take_from_products(wanted, products, offers)
    flipped = take_from_variants(wanted, products, offers) or flipped
    if len(offers) < len(wanted):
        missing = sorted(products[thing.product_id].name for thing in wanted if thing not in offers)
        raise InsufficientStock(f"Not enough in stock of: {', '.join(missing)[:500]}.")
    return Movement(offers, flipped)


def take_from_products(
    wanted: Mapping[Thing, int], products: Mapping[int, Product], offers: dict[Thing, Offer]
) -> bool:
    """Take things without variants and add their offers; return True when one of them has sold out."""
    quantities = {thing.product_id: n for thing, n in wanted.items() if thing.variant_id is None}
    if not quantities:
        return False
    with connection.cursor() as cursor:
        cursor.execute(TAKE_FROM_PRODUCTS, [list(quantities), list(quantities.values())])
        taken = cursor.fetchall()
    for product_id, _ in taken:
        product = products[product_id]
        offers[Thing(product_id, None)] = Offer(product.name, None, product.price)
    return any(not in_stock for _, in_stock in taken)


def take_from_variants(
    wanted: Mapping[Thing, int], products: Mapping[int, Product], offers: dict[Thing, Offer]
) -> bool:
    """Take variants and add their offers; return True when a product has sold out."""
    rows = [(thing.variant_id, thing.product_id, n) for thing, n in wanted.items() if thing.variant_id is not None]
    if not rows:
        return False
    with connection.cursor() as cursor:
        cursor.execute(TAKE_FROM_VARIANTS, [list(column) for column in zip(*rows, strict=True)])
        taken = cursor.fetchall()
    for variant_id, product_id, name, price, _ in taken:
        offers[Thing(product_id, variant_id)] = Offer(products[product_id].name, name, price)
    return any(sold_out for *_, sold_out in taken)


def put_back(returned: Mapping[Thing, int]) -> bool:
    """Put stock back where it was taken from; return True when a product has come into stock again."""
    products = lock_products(thing.product_id for thing in returned)
    plain = {thing.product_id: n for thing, n in returned.items() if thing.variant_id is None}
    forms = {thing.variant_id: n for thing, n in returned.items() if thing.variant_id is not None}
    with connection.cursor() as cursor:
        if plain:
            cursor.execute(PUT_INTO_PRODUCTS, [list(plain), list(plain.values())])
        if forms:
            cursor.execute(PUT_INTO_VARIANTS, [list(forms), list(forms.values())])
    restocked = any(not products[product_id].in_stock for product_id in plain)
    return follow_variants({thing.product_id for thing in returned if thing.variant_id is not None}) or restocked


def follow_variants(product_ids: set[int]) -> bool:
    """Bring the flag of those products in step with their variants; return True when one has flipped."""
    if not product_ids:
        return False
    with connection.cursor() as cursor:
        cursor.execute(FOLLOW_VARIANTS, [list(product_ids)])
        return bool(cursor.fetchall())
