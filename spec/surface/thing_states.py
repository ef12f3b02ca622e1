"""Things in other states than fresh: taken away, withdrawn, cancelled; and the same write once more."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from spec.surface import kinds_of_answer as kinds
from spec.surface.approaches import Approach
from spec.surface.provocations import (
    ANY,
    CONFLICT,
    DONE,
    INVALID,
    NOT_FOUND,
    REFUSED,
    NotThere,
    OutOfReach,
    Provocation,
    Ready,
    unchanged,
)
from spec.surface.request_changes import fields_of, to_head
from spec.surface.stops import Guide, Stop
from spec.target.circumstances import Identity
from spec.target.exchange import Request
from spec.target.shop import Shop
from spec.target.steps import first_request
from spec.target.verbs import VERBS
from spec.target.visitor import Visitor

CANCELLATION: Final = VERBS["cancel_order"].operation
WITHDRAWAL: Final = VERBS["withdraw_product"].operation
OPENING: Final = VERBS["open_product"].operation
PUTTING_IN: Final = VERBS["add_to_cart"].operation
OF_A_SESSION: Final = frozenset(VERBS[name].operation for name in ("sign_in", "refresh", "sign_out", "change_password"))
"""Deeds whose repetition meets another session and no conflict."""
GONE: Final = frozenset({NOT_FOUND, CONFLICT, INVALID})
WANTED: Final[Mapping[str, Any]] = {
    kinds.WITHDRAWN_THING: GONE,
    kinds.DELETED_THING: GONE,
    kinds.CANCELLED_THING: frozenset({DONE, CONFLICT}),
    kinds.SOLD_OUT_THING: frozenset({DONE}),
}


@dataclass
class EndedThing:
    """A thing that is ended when it is first needed, by the operation that ends such things."""

    ender: Approach
    kind: str
    _request: Request | None = None

    @property
    def request(self) -> Request:
        """The request that has ended it. Raises OutOfReach where it was refused."""
        if self._request is None:
            ready = self.ender.fresh
            reply = ready.visitor.look(ready.verb)
            if not (reply.answered and reply.worked):
                raise OutOfReach(f"nothing could be ended: {reply.exchange.summary}")
            self._request = ready.request
        return self._request

    @property
    def item(self) -> str:
        """The template of the thing, without its version."""
        operation = self.ender.operation
        return operation.resource[: operation.resource.rfind("}") + 1].removeprefix(operation.version)

    def named_in(self, approach: Approach, request: Request) -> Request:
        """Return the request of another operation, about this thing."""
        own, other = self.ender.operation, approach.operation
        ended = self.request.path.removeprefix(own.version).split("/")
        parts = request.path.removeprefix(other.version).split("/")
        for place, part in enumerate(self.item.split("/")):
            if part.startswith("{"):
                parts[place] = ended[place]
        below = other.version if request.path.startswith(other.version) else ""
        return replace(request, path=below + "/".join(parts))


@dataclass
class SoldOutThing(EndedThing):
    """A product of which nothing is left, and of which nobody has said anything, offered when it is first needed."""

    shop: Shop | None = None

    @property
    def request(self) -> Request:
        """The request that opens it. Raises PreparationFailed where staff cannot offer it."""
        if self._request is None and self.shop is not None:
            verbs = self.shop.verbs
            self._request = first_request(verbs.open_product(self.shop.new_product(stock=0).id), verbs.stranger())
        return super().request


def state_stops(shop: Shop, approaches: Sequence[Approach], guide: Guide) -> Iterator[Stop]:
    """List the stops at things that are no longer what they were, and at writes that are made once more."""
    seen: set[tuple[str, str]] = set()
    for approach in approaches:
        kind = kind_of_end(approach)
        ended = EndedThing(approach, kind)
        # One version ends it for all of them.
        if kind and (ended.item, kind) not in seen:
            seen.add((ended.item, kind))
            for other in approaches:
                if other.seen and _is_about(other, ended):
                    yield from _stops_at(ended, other, guide)
    opener = next((one for one in approaches if one.deed == OPENING and one.seen), None)
    if opener is not None and shop.grants_staff and shop.verbs.offers("create_product"):
        sold_out = SoldOutThing(opener, kinds.SOLD_OUT_THING, shop=shop)
        for other in approaches:
            if other.seen and other.operation.method == "GET" and _is_about(other, sold_out):
                yield from _stops_at(sold_out, other, guide)
    for approach in approaches:
        if approach.seen and approach.operation.method == "POST" and approach.deed not in OF_A_SESSION:
            yield _stop(guide, approach, Provocation(kinds.CONFLICT, unchanged, frozenset({CONFLICT}), ANY), _twice)
    name = key_header(shop)
    for approach in approaches:
        if approach.deed == VERBS["place_order"].operation and approach.seen:
            repeated = Provocation(kinds.REPEATED_WRITE, unchanged, frozenset({DONE}), REFUSED)
            yield _stop(guide, approach, repeated, lambda one, name=name: _with_key(one, name))


def kind_of_end(approach: Approach) -> str:
    """Name the state in which an operation leaves the thing that its path names; empty where it leaves it as it was."""
    if not approach.seen or "{" not in approach.operation.resource:
        return ""
    if approach.deed == CANCELLATION:
        return kinds.CANCELLED_THING
    if approach.deed == WITHDRAWAL:
        return kinds.WITHDRAWN_THING
    return kinds.DELETED_THING if approach.operation.method == "DELETE" else ""


def key_header(shop: Shop) -> str:
    """Return the header in which the target takes an idempotency key; empty where a verb shows none."""
    key = secrets.token_hex(8)
    if not shop.verbs.offers("place_order"):
        return ""
    request = first_request(shop.verbs.place_order(key), shop.verbs.stranger())
    return next((name for name, value in request.headers if value == key), "")


def _is_about(approach: Approach, ended: EndedThing) -> bool:
    operation = approach.operation
    relative = operation.resource.removeprefix(operation.version)
    return relative == ended.item or relative.startswith(f"{ended.item}/") or _puts_in(approach, ended)


def _puts_in(approach: Approach, ended: EndedThing) -> bool:
    return ended.kind == kinds.WITHDRAWN_THING and approach.deed == PUTTING_IN


def _stops_at(ended: EndedThing, approach: Approach, guide: Guide) -> Iterator[Stop]:
    public = approach.identity is Identity.NOBODY
    whom = (Identity.NOBODY, Identity.CUSTOMER, Identity.STAFF) if public else (approach.identity,)
    for identity in whom:
        found = Provocation(ended.kind, unchanged, WANTED[ended.kind], ANY, identity=identity)

        def make(one: Approach, identity: Identity = identity) -> tuple[Visitor, Request]:
            ready = one.ready
            who = ready.visitor if identity is one.identity else guide.people.find(identity)
            return who, _about(ended, one, ready)

        yield _stop(guide, approach, found, make)
        if approach.operation.method == "GET":

            def make_head(one: Approach, identity: Identity = identity) -> tuple[Visitor, Request]:
                who, request = make(one, identity)
                return who, to_head(request, one.ready)

            yield _stop(guide, approach, replace(found, method="HEAD"), make_head)


def _about(ended: EndedThing, approach: Approach, ready: Ready) -> Request:
    if not _puts_in(approach, ended):
        return ended.named_in(approach, ready.request)
    gone = ended.request.path.rstrip("/").rpartition("/")[2]
    fields = fields_of(ready.request)
    named = {name: type(value)(gone) for name, value in fields.items() if ready.ids and str(value) == ready.ids[0]}
    if not named:
        raise NotThere("its body names no product")
    return replace(ready.request, json={**fields, **named})


def _twice(approach: Approach) -> tuple[Visitor, Request]:
    """Do it once, and make the same request once more."""
    ready = approach.fresh
    ready.visitor.send_signed(ready.request)
    return ready.visitor, ready.request


def _with_key(approach: Approach, name: str) -> tuple[Visitor, Request]:
    if not name:
        raise NotThere("no verb shows an idempotency key")
    ready = approach.fresh
    request = ready.request.with_header(name, secrets.token_hex(16))
    ready.visitor.send_signed(request)
    return ready.visitor, request


def _stop(guide: Guide, approach: Approach, provocation: Provocation, make: Any) -> Stop:
    cell = approach.cell(provocation.identity or approach.identity, provocation.kind, provocation.method)
    return Stop(cell, lambda: [guide.visit(cell, provocation, lambda: make(approach))])
