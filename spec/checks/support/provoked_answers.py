"""Answers that a check provokes: the refusal of a stranger, of a method, of a body that is broken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from spec.surface.request_changes import spoilt
from spec.target.adapter_context import NotOffered
from spec.target.answer_kinds import AnswerKind
from spec.target.exchange import Exchange, Request
from spec.target.steps import Verb
from spec.target.verbs import ShopVerbs
from spec.target.visitor import Visitor

METHODS_TO_TRY: Final = ("DELETE", "PUT", "PATCH", "TRACE")
"""One of these is not supported by the list of products of any shop."""
REFUSED_STRANGER: Final = (AnswerKind.UNAUTHENTICATED, AnswerKind.FORBIDDEN)
"""The kinds by which a shop refuses who has not signed in, the plainer one first: some shops know only the second."""


@dataclass(frozen=True, slots=True)
class ProvokedAnswer:
    """An exchange that was provoked; `seen` says if its answer is of the kind that was wanted.

    `absent` where the target did all that was asked of it: it has no answer of that kind.
    """

    exchange: Exchange
    seen: bool
    absent: bool = False


def refuse_stranger(visitor: Visitor, verbs: ShopVerbs) -> tuple[Verb[Any], ProvokedAnswer]:
    """Provoke the refusal of a customer's verb to a stranger. Returns the first such verb that the target refuses."""
    tried = [(verb, visitor.anonymous().provoke(verb)) for verb in verbs_of_customers(verbs)]
    kinds = [visitor.settle(exchange) for _, exchange in tried]
    for wanted in REFUSED_STRANGER:
        if wanted in kinds:
            verb, exchange = tried[kinds.index(wanted)]
            return verb, ProvokedAnswer(exchange, seen=True)
    verb, exchange = tried[-1]
    absent = not {AnswerKind.UNKNOWN, AnswerKind.BUDGET} & set(kinds)
    return verb, ProvokedAnswer(exchange, seen=False, absent=absent)


def verbs_of_customers(verbs: ShopVerbs) -> list[Verb[Any]]:
    """List the verbs, of those that the target offers, that are a customer's own: a shop keeps some from strangers.

    Raises NotOffered where it offers none of them.
    """
    makers: dict[str, Callable[[], Verb[Any]]] = {
        "view_cart": verbs.view_cart,
        "list_orders": verbs.list_orders,
        "whoami": verbs.whoami,
    }
    found = [make() for name, make in makers.items() if verbs.offers(name)]
    if not found:
        raise NotOffered("view_cart")
    return found


def try_methods(visitor: Visitor, verb: Verb[Any]) -> Exchange:
    """Ask for the same by methods that may not be supported, up to one that is refused as such or fails the server."""
    for method in METHODS_TO_TRY:
        exchange = visitor.provoke(verb.changed(_by(method)))
        response = exchange.response
        if response is None or response.is_server_error or visitor.settle(exchange) is AnswerKind.UNSUPPORTED:
            break
    return exchange


def _by(method: str) -> Callable[[Request], Request]:
    return lambda request: replace(request, method=method, query=())


def open_by_body(verbs: ShopVerbs, email: str = "", password: str = "") -> Verb[Any]:
    """Make a verb that a stranger may ask, and whose request has a body."""
    return verbs.register(email, password) if verbs.offers("register") else verbs.sign_in(email, password)


def spoil_body(verb: Verb[Any], spoil: Callable[[bytes], bytes], media_type: str | None = None) -> Verb[Any]:
    """Return the same verb, the bytes of whose body are spoilt, and its media type where one is given."""
    return verb.changed(lambda request: spoilt(request, spoil, media_type))


def break_body(verb: Verb[Any]) -> Verb[Any]:
    """Return the same verb with JSON as its body that ends too early, whatever it is without."""
    return spoil_body(verb, lambda _: b'{"email": ', "application/json")
