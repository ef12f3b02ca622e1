"""Checkout: a cart becomes an order.

Price policy: an order takes the price of the moment of checkout. A price that changed after the thing was put into the
cart is followed, as the cart itself shows it; from then on the order keeps its own copy.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from reference_app.caching.invalidation import invalidate
from reference_app.caching.keys import PRODUCTS, cart_topic, product_topic
from reference_app.cart.services import take_lines
from reference_app.catalogue.money import CURRENCY
from reference_app.catalogue.rendering import join_names
from reference_app.orders.models import Order, OrderLine
from reference_app.orders.problems import CartEmpty
from reference_app.orders.stock import Offer, Thing, take_stock

NUMBER_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no letter is read as a digit
NUMBER_GROUPS = (4, 4, 4)  # 60 bits: neither guessed nor counted

LINE_COLUMNS = ("product_id", "variant_id", "name", "quantity", "unit_price", "line_total")
WRITE_ORDER = """
    WITH placed AS (
        INSERT INTO orders_order (number, user_id, status, total, currency, created_at) VALUES (%s, %s, %s, %s, %s, %s)
        RETURNING id
    )
    INSERT INTO orders_orderline (order_id, product_id, variant_id, name, quantity, unit_price, line_total)
    SELECT placed.id, line.product_id, line.variant_id, line.name, line.quantity, line.unit_price, line.line_total
    FROM placed, unnest(%s::bigint[], %s::bigint[], %s::text[], %s::integer[], %s::numeric[], %s::numeric[])
        WITH ORDINALITY AS line (product_id, variant_id, name, quantity, unit_price, line_total, place)
    ORDER BY line.place
    RETURNING order_id, id
"""


@dataclass(frozen=True)
class PlacedOrder:
    """An order with its lines."""

    order: Order
    lines: list[OrderLine]


@transaction.atomic(savepoint=False)
def place_order(*, user_id: int) -> PlacedOrder:
    """Make the cart of a user an order. Raises CartEmpty, ProductUnavailable, InsufficientStock, without a trace.

    At most six statements, whatever is in the cart, besides those of the request and of the idempotency key.
    """
    wanted: Counter[Thing] = Counter()
    for taken in take_lines(user_id=user_id):
        wanted[Thing(taken.product_id, taken.variant_id)] += taken.quantity
    if not wanted:
        raise CartEmpty
    movement = take_stock(wanted)
    lines = [make_line(thing, quantity, movement.offers[thing]) for thing, quantity in wanted.items()]
    total = sum((line.line_total for line in lines), Decimal(0))
    order = Order(number=make_number(), user_id=user_id, total=total, currency=CURRENCY)
    write_order(order, lines)
    invalidate(
        cart_topic(user_id),
        *(product_topic(thing.product_id) for thing in wanted),
        *([PRODUCTS] if movement.flipped else []),
    )
    return PlacedOrder(order, lines)


def write_order(order: Order, lines: Sequence[OrderLine]) -> None:
    """Insert an order with its lines, in their order, by one statement, and set the ids of all of them."""
    values: list[Any] = [order.number, order.user_id, order.status, order.total, order.currency, order.created_at]
    values += [[getattr(line, name) for line in lines] for name in LINE_COLUMNS]
    with connection.cursor() as cursor:
        cursor.execute(WRITE_ORDER, values)
        written = sorted(cursor.fetchall())
    order.pk = written[0][0]
    for line, (_, line_id) in zip(lines, written, strict=True):
        line.pk, line.order = line_id, order


def make_line(thing: Thing, quantity: int, offer: Offer) -> OrderLine:
    """Return a line with the name and price of this moment."""
    return OrderLine(
        product_id=thing.product_id,
        variant_id=thing.variant_id,
        name=join_names(offer.name, offer.variant_name),
        quantity=quantity,
        unit_price=offer.price,
        line_total=quantity * offer.price,
    )


def make_number() -> str:
    """Return an order number such as 7K3M-9QXW-2HTD."""
    return "-".join("".join(secrets.choice(NUMBER_ALPHABET) for _ in range(size)) for size in NUMBER_GROUPS)
