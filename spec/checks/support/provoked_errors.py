"""Kinds of error that a client can provoke, each with the same request without its fault."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar

from spec.checking.outcomes import Blocked
from spec.checks.support.goods import find_goods
from spec.checks.support.provoked_answers import (
    REFUSED_STRANGER,
    break_body,
    open_by_body,
    refuse_stranger,
    spend_budget,
    spoil_body,
    try_methods,
)
from spec.target.answer_kinds import REFUSED_CREDENTIALS, AnswerKind
from spec.target.exchange import Exchange, Request
from spec.target.shop import Shop
from spec.target.steps import Verb
from spec.target.visitor import PreparationFailed, Visitor

T = TypeVar("T")

OVERSIZED: Final = 4 * 1024 * 1024
"""Bytes; no operation of a shop's API needs a tenth of it. Uploads are another operation."""
INVALID, NOT_FOUND, CONFLICT = AnswerKind.INVALID, AnswerKind.NOT_FOUND, AnswerKind.CONFLICT

Provocation = Callable[[Visitor], Exchange]
Twin = Callable[[Visitor], object]


@dataclass(frozen=True, slots=True)
class ErrorKind:
    """A kind of error: who meets it, what provokes it, its twin without the fault, and how it may be answered.

    Where `optional`, a target may also do what it is asked: then it has no such error. Where `named`, the requirement
    speaks of it by itself: to do it is wrong.
    """

    name: str
    who: Callable[[], Visitor]
    provoke: Provocation
    twin: Twin
    answers: frozenset[AnswerKind]
    optional: bool = False
    named: bool = False


class ErrorKinds:
    """The kinds of error that a target's verbs can provoke."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._verbs = shop.verbs
        self._stranger, self._customer = people(shop)
        self._listing = shop.verbs.list_products(page_size=1)
        self._goods = find_goods(shop)
        self.left_out: list[str] = []
        """Kinds that the target's verbs cannot provoke, each with the reason."""

    def __iter__(self) -> Iterator[ErrorKind]:
        yield from self._of_addresses()
        yield from self._of_bodies()
        yield from self._of_sessions()
        yield from self._of_carts()
        yield from self._of_staff()
        yield self._of_strangers(
            "a budget that is spent",
            lambda who: spend_budget(who, self._listing).exchange,
            works(self._listing),
            AnswerKind.BUDGET,
            optional=True,
        )

    def _of_strangers(
        self, name: str, provoke: Provocation, twin: Twin, *answers: AnswerKind, optional: bool = False
    ) -> ErrorKind:
        return ErrorKind(name, self._stranger, provoke, twin, frozenset(answers), optional)

    def _of_customers(
        self, name: str, provoke: Provocation, twin: Twin, *answers: AnswerKind, optional: bool = False
    ) -> ErrorKind:
        return ErrorKind(name, self._customer, provoke, twin, frozenset(answers), optional)

    def _of_addresses(self) -> Iterator[ErrorKind]:
        verbs, listed = self._verbs, works(self._listing)
        if verbs.offers("unknown_page"):
            provoke = by(verbs.unknown_page())
            yield self._unknown_path("an unknown path below the base", provoke)
        outside = Request("GET", f"/{self._shop.unique_name('x')}", from_origin=True)
        yield self._unknown_path("an unknown path outside it", lambda who: who.send(outside))
        opened = works(verbs.open_product(self._goods.product_id))
        yield self._of_strangers("an unknown id", by(verbs.open_product(verbs.nobody("product"))), opened, NOT_FOUND)
        elsewhere = by(self._listing.with_header("Host", "elsewhere.example"))
        yield self._of_strangers("a Host that is not served", elsewhere, listed, INVALID, NOT_FOUND, optional=True)
        yield self._of_strangers(
            "a method that is not supported",
            lambda who: try_methods(who, self._listing),
            listed,
            AnswerKind.UNSUPPORTED,
        )

    def _unknown_path(self, name: str, provoke: Provocation) -> ErrorKind:
        return replace(self._of_strangers(name, provoke, works(self._listing), NOT_FOUND), named=True)

    def _of_bodies(self) -> Iterator[ErrorKind]:
        def sending(spoil: Callable[[Verb[Any]], Verb[Any]]) -> Provocation:
            return lambda who: who.provoke(spoil(self._opening()))

        def opened(who: Visitor) -> object:
            return taken(who, self._opening())

        listed = sending(lambda verb: spoil_body(verb, lambda _: b"[1, 2]", "application/json"))
        # Blanks before a JSON text change nothing but its size.
        padded = sending(lambda verb: spoil_body(verb, lambda sound: b" " * OVERSIZED + sound))
        plain = sending(lambda verb: spoil_body(verb, lambda sound: sound, "text/plain"))
        yield self._of_strangers("broken JSON", sending(break_body), opened, INVALID)
        yield self._of_strangers("a body that is no object", listed, opened, INVALID)
        yield self._of_strangers("an oversized body", padded, opened, INVALID, optional=True)
        yield self._of_strangers("a media type that is not read", plain, opened, INVALID, optional=True)

    def _opening(self) -> Verb[Any]:
        """Make a request with a body that works, new each time."""
        if self._verbs.offers("register"):
            fresh = self._shop.new_credentials()
            return open_by_body(self._verbs, fresh.email, fresh.password)
        customer = self._customer()
        return open_by_body(self._verbs, customer.email, customer.password)

    def _of_sessions(self) -> Iterator[ErrorKind]:
        verb, refused = refuse_stranger(self._stranger(), self._verbs)
        if refused.absent:
            self.left_out.append("no credentials: no verb of a customer is refused to strangers")
            return
        known = works(verb)
        yield self._of_customers("no credentials", lambda who: who.anonymous().provoke(verb), known, *REFUSED_STRANGER)
        forged = lambda who: who.with_session(who.session.forged()).provoke(verb)  # noqa: E731
        yield self._of_customers("credentials that are none", forged, known, *REFUSED_CREDENTIALS)

    def _of_carts(self) -> Iterator[ErrorKind]:
        verbs, goods = self._verbs, self._goods
        added = works(verbs.add_to_cart(goods.product_id, 1, goods.variant_id))

        def fill_and_order(who: Visitor) -> object:
            added(who)
            return taken(who, verbs.place_order())

        none = by(verbs.add_to_cart(goods.product_id, 0, goods.variant_id))
        yield self._of_customers("a value that is refused", none, added, INVALID, optional=True)
        unknown = by(verbs.add_to_cart(verbs.nobody("product"), 1))
        kinds = (INVALID, NOT_FOUND, CONFLICT)
        yield self._of_customers("an id in the body that names nothing", unknown, added, *kinds)
        yield self._of_customers(
            "an empty cart at the till", by(verbs.place_order()), fill_and_order, CONFLICT, INVALID
        )

    def _of_staff(self) -> Iterator[ErrorKind]:
        if not (self._shop.grants_staff and self._verbs.offers("create_category")):
            self.left_out.append("a customer on a staff operation: no staff account is granted, so it has no twin")
            return
        creation = self._verbs.create_category(name=self._shop.unique_name("category"))
        kinds = (AnswerKind.FORBIDDEN, AnswerKind.UNAUTHENTICATED, NOT_FOUND)
        by_staff: Twin = lambda _: taken(self._shop.staff, creation)  # noqa: E731
        yield self._of_customers("a customer on a staff operation", by(creation), by_staff, *kinds)


def people(shop: Shop) -> tuple[Callable[[], Visitor], Callable[[], Visitor]]:
    """Return a stranger and a customer, new each time where the target tells clients apart."""
    if shop.tells_clients_apart:
        return shop.visitor, shop.customer
    customer = shop.customer()
    return customer.anonymous, lambda: customer


def by(verb: Verb[Any]) -> Provocation:
    """Provoke it by a verb as it stands, or as it is changed."""
    return lambda who: who.provoke(verb)


def works(verb: Verb[Any]) -> Twin:
    """Make a twin of a verb, which has to work."""
    return lambda who: taken(who, verb)


def taken(who: Visitor, verb: Verb[T]) -> T:
    """Walk an error's twin. Raises PreparationFailed where it does not work, Blocked where its budget is spent."""
    try:
        return who.must(verb)
    except PreparationFailed as failed:
        exchange = failed.exchange
        if exchange.response is not None and who.settle(exchange) is AnswerKind.BUDGET:
            message = f"the budget was spent before anything could be provoked: {exchange.summary}"
            raise Blocked(message) from failed
        raise
