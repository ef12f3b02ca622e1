"""ACC: what belongs to one customer is nowhere for another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from spec.checking.examination import Examination, verifies
from spec.checking.outcomes import Outcome
from spec.checks.support.own_account import gather_customers
from spec.surface.goods import find_goods
from spec.target.answer_kinds import AnswerKind
from spec.target.exchange import UNSET, Exchange, Request
from spec.target.shop import Shop
from spec.target.steps import Verb
from spec.target.verbs import ShopVerbs
from spec.target.visitor import Unanswered, Visitor

HIDDEN: Final = 404
BODILESS: Final = frozenset({"GET", "DELETE"})
METHODS: Final = ("GET", "PUT", "PATCH", "DELETE", "POST")


@dataclass(frozen=True, slots=True)
class Reach:
    """A reach of a stranger for what belongs to the owner."""

    what: str
    verb: Verb[Any]


@verifies("ACC-001", effects={"writes", "signs in"})
def test_what_belongs_to_one_customer_is_404_for_another_and_stays_unchanged(
    target: Shop, examine: Examination
) -> None:
    """A stranger gets 404 for another customer's cart line, order and cancellation, and changes nothing.

    The owner reads cart and order. The stranger tries to change and remove the cart line, to open and to cancel the
    order: by the verbs, by exactly the owner's own requests with the stranger's credentials, and by every other method.
    The stranger's own cart and list of orders stay empty. Then the owner reads the same as before, changes the line and
    cancels the order.
    """
    verbs, (owner, stranger) = target.verbs, gather_customers(target, 2, least=2)
    goods = find_goods(target)
    owner.must(verbs.add_to_cart(goods.product_id, 1, goods.variant_id))
    order = owner.must(verbs.place_order())
    line = owner.must(verbs.add_to_cart(goods.product_id, 2, goods.variant_id))
    cart_before, order_before = owner.do(verbs.view_cart()).value, owner.do(verbs.open_order(order.id)).value
    seen, wanted = (order_before.id, [one.id for one in cart_before.lines]), (order.id, [line.id])
    examine.equal(seen, wanted, "the order and the cart lines that the owner reads", saw=None)
    strangers_orders = {one.id for one in stranger.must(verbs.list_orders())}
    _reach(examine, stranger, owner, list(_list_reaches(verbs, line.id, order.id)))
    mine = stranger.do(verbs.view_cart())
    own = "the lines of the stranger's own cart"
    examine.equal(mine.value.lines, (), own, saw=mine, outcome=Outcome.FOREIGN_OBJECT_REACHED)
    listed = stranger.do(verbs.list_orders())
    others = [one.id for one in listed.value if one.id not in strangers_orders]
    examine.equal(others, [], "new orders in the stranger's list", saw=listed, outcome=Outcome.FOREIGN_OBJECT_REACHED)
    cart_after, order_after = owner.do(verbs.view_cart()), owner.do(verbs.open_order(order.id))
    for what, before, after in (("cart", cart_before, cart_after), ("order", order_before, order_after)):
        left = f"the owner's {what} after a stranger has reached for it"
        examine.equal(after.value, before, left, saw=after, outcome=Outcome.STATE_CHANGED)
    if not verbs.offers("remove_line"):
        examine.note("Removing a line is not offered, so it was not tried by a verb.")
    kept = owner.do(verbs.change_line(line.id, 3))
    examine.equal(kept.value.quantity, 3, "the quantity of the line after the owner changed it", saw=kept)
    if not verbs.offers("cancel_order"):
        examine.note("Cancellation is not offered, so none was tried.")
        return
    cancelled = owner.do(verbs.cancel_order(order.id))
    changed = cancelled.value.id == order.id and cancelled.value.status != order.status
    examine.that(changed, Outcome.WRONG_CONTENT, "the owner cancels the order", saw=cancelled)
    examine.note(
        "Tried: cart line, order, cancellation, cart and list of orders. No verb reads addresses or changes reviews."
    )


def _list_reaches(verbs: ShopVerbs, line_id: str, order_id: str) -> Iterator[Reach]:
    yield Reach("change a foreign cart line", verbs.change_line(line_id, 7))
    if verbs.offers("remove_line"):
        yield Reach("remove a foreign cart line", verbs.remove_line(line_id))
    yield Reach("open a foreign order", verbs.open_order(order_id))
    if verbs.offers("cancel_order"):
        yield Reach("cancel a foreign order", verbs.cancel_order(order_id))


def _reach(examine: Examination, stranger: Visitor, owner: Visitor, reaches: list[Reach]) -> None:
    requests = [(reach.what, owner.prepared(reach.verb).request) for reach in reaches]
    supported = {(request.path, request.method) for _, request in requests}
    for reach, (_, request) in zip(reaches, requests, strict=True):
        reply = stranger.do(reach.verb)
        hidden = reply.status == HIDDEN
        outcome = Outcome.FOREIGN_OBJECT_REACHED if reply.done else Outcome.WRONG_STATUS
        examine.that(hidden, outcome, f"404 to {reach.what}", saw=reply)
        _expect_hidden(examine, stranger, owner, reach.what, request)
    for what, request in requests:
        for method in METHODS:
            if (request.path, method) not in supported:
                body = UNSET if method in BODILESS else request.json
                other = replace(request, method=method, json=body)
                _expect_hidden(examine, stranger, owner, f"{method} on what it takes to {what}", other)


def _expect_hidden(examine: Examination, stranger: Visitor, owner: Visitor, what: str, request: Request) -> None:
    exchange = stranger.send_signed(request)
    kind = stranger.settle(exchange)
    if kind is AnswerKind.UNSUPPORTED:
        # A method that nobody may use tells nothing; that the owner may not either is seen, not assumed.
        own = owner.settle(owner.send_signed(request))
        wanted, seen = f"404 to {what}, as for what is not there", f"{exchange.summary}, although the owner's is {own}"
        same = own is AnswerKind.UNSUPPORTED
        examine.that(same, Outcome.FOREIGN_OBJECT_REACHED, wanted, saw=exchange, observed=seen)
        return
    outcome = Outcome.FOREIGN_OBJECT_REACHED if kind is AnswerKind.DONE else Outcome.WRONG_STATUS
    examine.that(_status(exchange) == HIDDEN, outcome, f"404 to {what}", saw=exchange)


def _status(exchange: Exchange) -> int:
    if exchange.response is None:
        raise Unanswered(exchange)
    return exchange.response.status
