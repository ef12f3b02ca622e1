"""ERR: an error of any origin is one problem document, so that a client handles it once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from spec.checking.examination import Examination, verifies
from spec.checking.outcomes import Blocked, Outcome
from spec.checks.support.answer_kinds import METHODS_TO_TRY, UNSUPPORTED
from spec.checks.support.budgets import BURST_LIMIT, REFUSED
from spec.checks.support.goods import find_goods
from spec.checks.support.problem_documents import Problem, read_problem
from spec.target.exchange import Exchange, Request, UnexpectedAnswer
from spec.target.shop import Shop
from spec.target.verbs import Call
from spec.target.visitor import Reply, Unanswered, Visitor

OVERSIZED: Final = 4 * 1024 * 1024
"""Bytes; no operation of a shop's API needs a tenth of it. Uploads are another operation."""
NOBODYS_ID: Final = "987654321012"

Provocation = Callable[[Visitor], Exchange]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of error: whom it befalls, what provokes it, its statuses, and its twin without the fault."""

    name: str
    who: Callable[[], Visitor]
    provoke: Provocation
    statuses: frozenset[int]
    twin: Callable[[Visitor], object]


@verifies("ERR-001", effects={"writes", "signs in"})
def test_every_error_is_one_problem_document_with_a_stable_code(target: Shop, examine: Examination) -> None:
    """Each kind of error is provoked twice: both times the same document, after the same request worked unspoilt.

    Each by somebody who is new to the shop, so that no kind stands in another's way; and none is the server's fault.
    Where all clients share one budget it is spent sparingly: one visitor and one customer do everything.
    """
    kinds = _kinds(target, examine)
    missing = []
    for kind in kinds:
        visitor = kind.who()
        kind.twin(visitor)
        first, again = kind.provoke(visitor), kind.provoke(visitor)
        for exchange in (first, again):
            examine.no_server_error(exchange)
        throttled = [one for one in (first, again) if one.response is not None and one.response.status == REFUSED]
        if throttled and REFUSED not in kind.statuses:
            # A shared budget is spent: another error than the one provoked, not another code for the same one.
            missing.append(f"{kind.name}: {throttled[0].summary}")
            continue
        if first.response is not None and first.response.status not in kind.statuses:
            missing.append(f"{kind.name}: {first.summary}")
            if first.response.succeeded:
                continue
        problem, repeated = _expect_problem(examine, kind.name, first), _expect_problem(examine, kind.name, again)
        examine.that(
            (problem.code, problem.type) == (repeated.code, repeated.type),
            Outcome.NOT_A_PROBLEM_DOCUMENT,
            f"a stable code: {problem.code} each time",
            saw=again,
            observed=f"{repeated.code} the second time",
        )
    examine.progress(len(kinds) - len(missing), len(kinds), missing)
    examine.note("Unhandled failures of the target are provoked by the checks that may break it.")


def _expect_problem(examine: Examination, name: str, exchange: Exchange) -> Problem:
    if exchange.response is None:
        raise Unanswered(exchange)
    try:
        problem = read_problem(exchange.response)
    except UnexpectedAnswer as error:
        examine.fail(
            Outcome.NOT_A_PROBLEM_DOCUMENT,
            f"{error.expected} for {name}",
            saw=exchange,
            observed=f"{error.observed} ({exchange.summary})",
        )
    examine.that(True, Outcome.NOT_A_PROBLEM_DOCUMENT, name, saw=exchange, observed=problem)
    return problem


def _kinds(shop: Shop, examine: Examination) -> list[Kind]:
    verbs, (stranger, customer) = shop.verbs, people(shop)
    goods = find_goods(shop)
    listing, filling = verbs.list_products(page_size=1), verbs.add_to_cart(goods.product_id, 1, goods.variant_id)
    listed, opened, added = works(listing), works(verbs.open_product(goods.product_id)), works(filling)
    registered, known = _register_anew(shop), works(verbs.whoami())
    sound = _registration(shop).encoded_body()
    padded = sound.rstrip(b"}") + b', "padding": "' + b"x" * OVERSIZED + b'"}'

    def with_body(body: bytes, media_type: str = "application/json") -> Provocation:
        return raw(replace(_registration(shop), body=body).with_header("Content-Type", media_type))

    def fill_and_order(who: Visitor) -> object:
        added(who)
        return taken(who.do(verbs.place_order()))

    kinds = [
        Kind("an unknown path below the base", stranger, by(verbs.unknown_page()), frozenset({404}), listed),
        Kind("an unknown path outside it", stranger, raw(Request("GET", f"/{shop.unique_name('x')}")),
             frozenset({404}), listed),
        Kind("an unknown id", stranger, by(verbs.open_product(NOBODYS_ID)), frozenset({404}), opened),
        Kind("broken JSON", stranger, with_body(sound[:-3]), frozenset({400}), registered),
        Kind("a body that is no object", stranger, with_body(b"[1, 2]"), frozenset({400, 422}), registered),
        Kind("a Host that is not served", stranger, raw(listing.request.with_header("Host", "elsewhere.example")),
             frozenset({400, 421}), listed),
        Kind("an oversized body", stranger, with_body(padded), frozenset({400, 413}), registered),
        Kind("a media type that is not read", stranger, with_body(sound, "text/plain"), frozenset({415}), registered),
        Kind("no token", customer, raw(verbs.whoami().request), frozenset({401}), known),
        Kind("a token that is none", customer, raw(verbs.whoami().request.with_bearer("no.such.token")),
             frozenset({401}), known),
        Kind("a method that is not supported", stranger, unsupported(listing.request), frozenset({405}), listed),
        Kind("a value that is refused", customer, by(verbs.add_to_cart(goods.product_id, 0, goods.variant_id)),
             frozenset({400, 422}), added),
        Kind("an id in the body that names nothing", customer, by(verbs.add_to_cart(NOBODYS_ID, 1)),
             frozenset({400, 404, 409, 422}), added),
        Kind("an empty cart at the till", customer, by(verbs.place_order()), frozenset({409, 422}), fill_and_order),
    ]  # fmt: skip
    if shop.grants_staff:
        creation = verbs.create_category(name=shop.unique_name("category"))
        kinds.append(
            Kind(
                "a customer on a staff operation",
                customer,
                by(creation),
                frozenset({403}),
                lambda _: taken(shop.staff.do(creation)),
            )
        )
    else:
        examine.note("No staff account is granted, so no 403 has a twin and none was provoked.")
    kinds.append(Kind("a budget that is spent", stranger, _spent(listing.request), frozenset({429}), listed))
    return kinds


def people(shop: Shop) -> tuple[Callable[[], Visitor], Callable[[], Visitor]]:
    """A stranger and a customer, new each time where the target tells clients apart."""
    if shop.tells_clients_apart:
        return shop.visitor, shop.customer
    customer = shop.customer()
    return customer.anonymous, lambda: customer


def raw(request: Request) -> Provocation:
    """The request exactly as it is written, without the visitor's token."""
    return lambda who: who.send(request)


def by(call: Call[Any]) -> Provocation:
    """The call as the visitor makes it."""
    return lambda who: who.do(call).exchange


def works(call: Call[Any]) -> Callable[[Visitor], object]:
    """The call, which has to succeed."""
    return lambda who: taken(who.do(call))


def taken(reply: Reply[Any]) -> object:
    """Read the answer of an error's twin. Raises UnexpectedAnswer, or Blocked where its budget is spent."""
    if reply.status == REFUSED:
        raise Blocked(f"the budget was spent before anything could be provoked: {reply.exchange.summary}")
    return reply.value


def _registration(shop: Shop) -> Request:
    fresh = shop.new_credentials()
    return shop.verbs.register(fresh.email, fresh.password).request


def _register_anew(shop: Shop) -> Callable[[Visitor], object]:
    def register(who: Visitor) -> object:
        fresh = shop.new_credentials()
        return taken(who.do(shop.verbs.register(fresh.email, fresh.password)))

    return register


def unsupported(request: Request) -> Provocation:
    """The request by a method that is not supported, or by one on the way there that the server fails at."""

    def provoke(who: Visitor) -> Exchange:
        for method in METHODS_TO_TRY:
            exchange = who.send(replace(request, method=method, query=()))
            if exchange.response is None or exchange.response.status == UNSUPPORTED or exchange.response.status >= 500:
                break
        return exchange

    return provoke


def _spent(request: Request) -> Provocation:
    def provoke(who: Visitor) -> Exchange:
        for _ in range(BURST_LIMIT + 2):
            exchange = who.send(request)
            if exchange.response is None or exchange.response.status == REFUSED:
                break
        return exchange

    return provoke
