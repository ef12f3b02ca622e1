"""ACC: what belongs to one customer is nowhere for another."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from spec.checking.examination import Examination, verifies
from spec.checking.outcomes import Outcome
from spec.checks.support.goods import find_goods
from spec.target.exchange import UNSET
from spec.target.shop import Shop
from spec.target.verbs import Call
from spec.target.visitor import Visitor

HIDDEN: Final = 404
UNSUPPORTED: Final = 405
BODILESS: Final = frozenset({"GET", "DELETE"})
METHODS: Final = ("GET", "PUT", "PATCH", "DELETE", "POST")


@verifies("ACC-001", effects={"writes", "signs in"})
def test_what_belongs_to_one_customer_is_404_for_another_and_stays_unchanged(
    target: Shop, examine: Examination
) -> None:
    """Cart line, order and cancellation: the owner reads them before and after, a stranger gets 404 by every method."""
    verbs, owner, stranger = target.verbs, target.customer(), target.customer()
    goods = find_goods(target)
    owner.must(verbs.add_to_cart(goods.product_id, 1, goods.variant_id))
    order = owner.must(verbs.place_order())
    line = owner.must(verbs.add_to_cart(goods.product_id, 2, goods.variant_id))
    cart_before, order_before = owner.do(verbs.view_cart()).value, owner.do(verbs.open_order(order.id)).value
    examine.that(
        order_before.id == order.id and [one.id for one in cart_before.lines] == [line.id],
        Outcome.WRONG_CONTENT,
        "the owner reads the cart and the order",
        saw=None,
        observed=f"{cart_before}, {order_before}",
    )
    calls: list[tuple[str, Call[Any]]] = [
        ("change a foreign cart line", verbs.change_line(line.id, 7)),
        ("remove a foreign cart line", verbs.remove_line(line.id)),
        ("open a foreign order", verbs.open_order(order.id)),
        ("cancel a foreign order", verbs.cancel_order(order.id)),
    ]
    supported = {(call.request.path, call.request.method) for _, call in calls}
    for what, call in calls:
        _expect_hidden(examine, stranger, owner, what, call)
        for method in METHODS:
            if (call.request.path, method) not in supported:
                body = UNSET if method in BODILESS else call.request.json
                other = replace(call, request=replace(call.request, method=method, json=body))
                _expect_hidden(examine, stranger, owner, f"{method} on what it takes to {what}", other)
    mine = stranger.do(verbs.view_cart())
    examine.that(
        mine.value.lines == (),
        Outcome.FOREIGN_OBJECT_REACHED,
        "a cart of the stranger's own, which is empty",
        saw=mine,
        observed=f"{mine.value.lines}",
    )
    listed = stranger.do(verbs.list_orders())
    examine.that(
        listed.value == (),
        Outcome.FOREIGN_OBJECT_REACHED,
        "no orders in the stranger's list",
        saw=listed,
        observed=[one.id for one in listed.value],
    )
    cart_after, order_after = owner.do(verbs.view_cart()), owner.do(verbs.open_order(order.id))
    for before, after in ((cart_before, cart_after), (order_before, order_after)):
        examine.that(
            after.value == before,
            Outcome.STATE_CHANGED,
            f"unchanged for the owner: {before}",
            saw=after,
            observed=after.value,
        )
    kept = owner.do(verbs.change_line(line.id, 3))
    examine.that(kept.value.quantity == 3, Outcome.WRONG_CONTENT, "the owner changes the line", saw=kept)
    cancelled = owner.do(verbs.cancel_order(order.id))
    examine.that(
        cancelled.value.id == order.id and cancelled.value.status != order.status,
        Outcome.WRONG_CONTENT,
        "the owner cancels the order",
        saw=cancelled,
    )
    examine.note(
        "Tried: cart line, order, cancellation, cart and list of orders. No verb reads addresses or changes reviews."
    )


def _expect_hidden(examine: Examination, stranger: Visitor, owner: Visitor, what: str, call: Call[Any]) -> None:
    reply = stranger.do(call)
    if reply.status == UNSUPPORTED:
        # A method that nobody may use tells nothing; that the owner may not either is seen, not assumed.
        own = owner.do(call)
        examine.that(
            own.status == UNSUPPORTED,
            Outcome.FOREIGN_OBJECT_REACHED,
            f"404 to {what}, as for what is not there",
            saw=reply,
            observed=f"405, although the owner gets {own.status}",
        )
        return
    examine.that(
        reply.status == HIDDEN,
        Outcome.FOREIGN_OBJECT_REACHED if reply.response.succeeded else Outcome.WRONG_STATUS,
        f"404 to {what}",
        saw=reply,
    )
