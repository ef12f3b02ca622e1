"""Answers that are provoked for a rule about every answer: successes, refusals of each sort, a page, a probe."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from spec.checks.support.budgets import BURST_LIMIT
from spec.target.adapter_context import NotOffered
from spec.target.answer_kinds import AnswerKind
from spec.target.exchange import UNSET, Exchange, Request
from spec.target.shop import Shop
from spec.target.steps import Verb
from spec.target.verbs import ShopVerbs
from spec.target.visitor import Visitor

METHODS_TO_TRY: Final = ("DELETE", "PUT", "PATCH", "TRACE")
"""One of these is not supported by the list of products of any shop."""
STRANGER_REFUSED: Final = "stranger refused"
REFUSED_STRANGER: Final = (AnswerKind.UNAUTHENTICATED, AnswerKind.FORBIDDEN)
"""The kinds by which a shop refuses who has not signed in, the plainer one first: some shops know only the second."""


@dataclass(frozen=True, slots=True)
class ProvokedAnswer:
    """An exchange that was provoked, and the kind of answer that it had to be to count as one of that kind.

    `absent` where the target did all that was asked of it: it has no answer of that kind.
    """

    kind: str
    exchange: Exchange
    seen: bool
    absent: bool = False


def provoke_all(shop: Shop) -> Iterator[ProvokedAnswer]:
    """Provoke an answer of each kind that the target has. One that is of another kind is marked as not seen."""
    verbs, visitor = shop.verbs, shop.visitor()
    products = verbs.list_products(page_size=1)

    def ask(kind: str, exchange: Exchange, *wanted: AnswerKind) -> ProvokedAnswer:
        return ProvokedAnswer(kind, exchange, visitor.settle(exchange) in wanted)

    yield ask("success", visitor.provoke(products), AnswerKind.DONE)
    yield refuse_stranger(visitor, verbs)[1]
    if verbs.offers("unknown_page"):
        yield ask("unknown path below the base of the API", visitor.provoke(verbs.unknown_page()), AnswerKind.NOT_FOUND)
    outside = Request("GET", f"/{shop.unique_name('nothing')}", from_origin=True)
    yield ask("unknown path outside it", visitor.send(outside), AnswerKind.NOT_FOUND)
    yield ask("unsupported method", try_methods(visitor, products), AnswerKind.UNSUPPORTED)
    yield ask("broken body", visitor.provoke(break_body(open_by_body(verbs))), AnswerKind.INVALID)
    if verbs.offers("documentation_page"):
        page = ask("HTML page", visitor.provoke(verbs.documentation_page()), AnswerKind.DONE)
        yield replace(page, seen=page.seen and _is_html(page.exchange))
    if verbs.offers("liveness"):
        yield ask("liveness", visitor.provoke(verbs.liveness()), AnswerKind.DONE)
    yield spend_budget(shop.visitor(), products)


def refuse_stranger(visitor: Visitor, verbs: ShopVerbs) -> tuple[Verb[Any], ProvokedAnswer]:
    """Provoke the refusal of a customer's verb to a stranger. Returns the first such verb that the target refuses."""
    tried = [(verb, visitor.anonymous().provoke(verb)) for verb in verbs_of_customers(verbs)]
    kinds = [visitor.settle(exchange) for _, exchange in tried]
    for wanted in REFUSED_STRANGER:
        if wanted in kinds:
            verb, exchange = tried[kinds.index(wanted)]
            return verb, ProvokedAnswer(STRANGER_REFUSED, exchange, seen=True)
    verb, exchange = tried[-1]
    absent = not {AnswerKind.UNKNOWN, AnswerKind.BUDGET} & set(kinds)
    return verb, ProvokedAnswer(STRANGER_REFUSED, exchange, seen=False, absent=absent)


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


def spend_budget(visitor: Visitor, verb: Verb[Any], requests: int = BURST_LIMIT + 2) -> ProvokedAnswer:
    """Ask until the budget is spent. A target that answers all of the requests has no limit, or a wider one."""
    done = 0
    for _ in range(requests):
        exchange = visitor.provoke(verb)
        kind = visitor.settle(exchange)
        if kind is AnswerKind.BUDGET:
            return ProvokedAnswer("budget spent", exchange, seen=True)
        done += kind is AnswerKind.DONE
    return ProvokedAnswer("budget spent", exchange, seen=False, absent=done == requests)


def open_by_body(verbs: ShopVerbs, email: str = "", password: str = "") -> Verb[Any]:
    """Make a verb that a stranger may ask, and whose request has a body."""
    return verbs.register(email, password) if verbs.offers("register") else verbs.sign_in(email, password)


def spoil_body(verb: Verb[Any], spoil: Callable[[bytes], bytes], media_type: str | None = None) -> Verb[Any]:
    """Return the same verb, the bytes of whose body are spoilt, and its media type where one is given."""

    def change(request: Request) -> Request:
        fields = request.wire_headers()
        if media_type is not None:
            fields = (*(one for one in fields if one[0].lower() != "content-type"), ("Content-Type", media_type))
        return replace(request, json=UNSET, body=spoil(request.encoded_body()), headers=fields)

    return verb.changed(change)


def break_body(verb: Verb[Any]) -> Verb[Any]:
    """Return the same verb with JSON as its body that ends too early, whatever it is without."""
    return spoil_body(verb, lambda _: b'{"email": ', "application/json")


def _is_html(exchange: Exchange) -> bool:
    fields = exchange.response.headers if exchange.response else None
    return ((fields and fields.get("Content-Type")) or "").lower().startswith("text/html")
