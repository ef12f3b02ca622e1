"""The lifecycle of an order.

    placed ──► paid ──► shipped ──► delivered
       └────────┴──► cancelled

Each step is one conditional UPDATE: of two at the same moment one finds the order where it has to be. The stock of a
cancelled order goes back in the same transaction, so exactly once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from django.db import transaction

from reference_app.api.problems import NotFound
from reference_app.caching.invalidation import invalidate
from reference_app.caching.keys import PRODUCTS, product_topic
from reference_app.orders.models import Order, OrderLine, OrderStatus
from reference_app.orders.problems import InvalidTransition, NotCancellable
from reference_app.orders.stock import Thing, put_back

CANCELLABLE = frozenset({OrderStatus.PLACED, OrderStatus.PAID})
COMES_FROM: dict[OrderStatus, frozenset[OrderStatus]] = {
    OrderStatus.PLACED: frozenset(),
    OrderStatus.PAID: frozenset({OrderStatus.PLACED}),
    OrderStatus.SHIPPED: frozenset({OrderStatus.PAID}),
    OrderStatus.DELIVERED: frozenset({OrderStatus.SHIPPED}),
    OrderStatus.CANCELLED: CANCELLABLE,
}


@transaction.atomic(savepoint=False)
def cancel_order(*, user_id: int, order_id: int) -> Order:
    """Cancel an order of this user. Raises NotFound, NotCancellable."""
    order = Order.objects.filter(pk=order_id, user_id=user_id).first()
    if order is None:
        raise NotFound
    if not move(order, OrderStatus.CANCELLED, CANCELLABLE):
        raise NotCancellable
    return order


@transaction.atomic(savepoint=False)
def change_status(*, order_id: int, status: OrderStatus) -> Order:
    """Move any order on, by staff. Raises NotFound, InvalidTransition."""
    order = Order.objects.filter(pk=order_id).first()
    if order is None:
        raise NotFound
    if not move(order, status, COMES_FROM[status]):
        raise InvalidTransition(f"An order does not become {status} from where this one stands.")
    return order


def move(order: Order, status: OrderStatus, sources: Collection[OrderStatus]) -> bool:
    """Take the step if the order stands at one of `sources`; return False if it does not (any more)."""
    if not Order.objects.filter(pk=order.pk, status__in=sources).update(status=status):
        return False
    order.status = status
    if status == OrderStatus.CANCELLED:
        restock(order)
    return True


def restock(order: Order) -> None:
    """Put back what the order took."""
    returned: Counter[Thing] = Counter()
    for product_id, variant_id, quantity in OrderLine.objects.filter(order=order).values_list(
        "product_id", "variant_id", "quantity"
    ):
        returned[Thing(product_id, variant_id)] += quantity
    flipped = put_back(returned)
    invalidate(*(product_topic(thing.product_id) for thing in returned), *([PRODUCTS] if flipped else []))
