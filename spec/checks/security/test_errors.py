"""ERR: an error of any origin is one problem document, so that a client handles it once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from spec.checks.goods import find_goods
from spec.checks.security.answers import METHODS_TO_TRY
from spec.checks.security.budgets import BURST_LIMIT
from spec.checks.security.problems import Problem, read_problem
from spec.examination import Examination
from spec.outcomes import Outcome
from spec.plugin import verifies
from spec.target.exchange import Exchange, Request, UnexpectedAnswer
from spec.target.shop import Shop
from spec.target.verbs import Call
from spec.target.visitor import Unanswered, Visitor

OVERSIZED: Final = 4 * 1024 * 1024
"""Bytes; no operation of a shop's API needs a tenth of it. Uploads are another operation."""
NOBODYS_ID: Final = "987654321012"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of error: what provokes it, the statuses that it may have, and its twin without the fault."""

    name: str
    provoke: Callable[[], Exchange]
    statuses: frozenset[int]
    twin: Callable[[], object]


@verifies("ERR-001", effects={"writes", "signs in"})
def test_every_error_is_one_problem_document_with_a_stable_code(target: Shop, examine: Examination) -> None:
    """Each kind of error is provoked twice: both times the same document, after the same request worked unspoilt."""
    kinds = _kinds(target, examine)
    missing = []
    for kind in kinds:
        kind.twin()
        first, again = kind.provoke(), kind.provoke()
        if first.response is not None and first.response.status not in kind.statuses:
            missing.append(f"{kind.name}: {first.summary}")
            if first.response.succeeded:
                continue
        problem, repeated = _expect_problem(examine, kind.name, first), _expect_problem(examine, kind.name, again)
        examine.expect(
            (problem.code, problem.type) == (repeated.code, repeated.type),
            Outcome.NOT_A_PROBLEM_DOCUMENT,
            expected=f"a stable code: {problem.code} each time",
            observed=f"{repeated.code} the second time",
            exchange=again,
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
            expected=f"{error.expected} for {name}",
            observed=f"{error.observed} ({exchange.summary})",
            exchange=exchange,
        )
    examine.expect(True, Outcome.NOT_A_PROBLEM_DOCUMENT, expected=name, observed=problem, exchange=exchange)
    return problem


def _kinds(shop: Shop, examine: Examination) -> list[Kind]:
    verbs, visitor, customer = shop.verbs, shop.visitor(), shop.customer()
    goods = find_goods(shop)
    products = verbs.list_products(page_size=1)

    def raw(request: Request, who: Visitor = visitor) -> Callable[[], Exchange]:
        return lambda: who.send(request)

    def by(who: Visitor, call: Call[Any]) -> Callable[[], Exchange]:
        return lambda: who.do(call).exchange

    def works(who: Visitor, call: Call[Any]) -> Callable[[], object]:
        return lambda: who.do(call).value

    def registration() -> Request:
        fresh = shop.new_credentials()
        return verbs.register(fresh.email, fresh.password).request

    def register_anew() -> object:
        fresh = shop.new_credentials()
        return visitor.do(verbs.register(fresh.email, fresh.password)).value

    def with_body(body: bytes, media_type: str = "application/json") -> Request:
        return replace(registration(), body=body).with_header("Content-Type", media_type)

    def fill_and_order() -> object:
        customer.do(verbs.add_to_cart(goods.product_id, 1, goods.variant_id)).value  # noqa: B018 - reading is the twin
        return customer.do(verbs.place_order()).value

    listed = works(visitor, products)
    opened = works(visitor, verbs.open_product(goods.product_id))
    added = works(customer, verbs.add_to_cart(goods.product_id, 1, goods.variant_id))
    sound = registration().encoded_body()
    padded = sound.rstrip(b"}") + b', "padding": "' + b"x" * OVERSIZED + b'"}'
    kinds = [
        Kind("an unknown path below the base", by(visitor, verbs.unknown_page()), frozenset({404}), listed),
        Kind("an unknown path outside it", raw(Request("GET", f"/{shop.unique_name('x')}")), frozenset({404}), listed),
        Kind("an unknown id", by(visitor, verbs.open_product(NOBODYS_ID)), frozenset({404}), opened),
        Kind("broken JSON", raw(with_body(sound[:-3])), frozenset({400}), register_anew),
        Kind("a body that is no object", raw(with_body(b"[1, 2]")), frozenset({400, 422}), register_anew),
        Kind("a Host that is not served", raw(products.request.with_header("Host", "elsewhere.example")),
             frozenset({400, 421}), listed),
        Kind("an oversized body", raw(with_body(padded)), frozenset({400, 413}), register_anew),
        Kind("a media type that is not read", raw(with_body(sound, "text/plain")), frozenset({415}), register_anew),
        Kind("no token", by(visitor, verbs.whoami()), frozenset({401}), works(customer, verbs.whoami())),
        Kind("a token that is none", raw(verbs.whoami().request.with_bearer("no.such.token")), frozenset({401}),
             works(customer, verbs.whoami())),
        Kind("a method that is not supported", _unsupported(visitor, products.request), frozenset({405}), listed),
        Kind("a value that is refused", by(customer, verbs.add_to_cart(goods.product_id, 0, goods.variant_id)),
             frozenset({400, 422}), added),
        Kind("an id in the body that names nothing", by(customer, verbs.add_to_cart(NOBODYS_ID, 1)),
             frozenset({400, 404, 409, 422}), added),
        Kind("an empty cart at the till", by(customer, verbs.place_order()), frozenset({409, 422}), fill_and_order),
    ]  # fmt: skip
    if shop.grants_staff:
        named = shop.unique_name("category")
        kinds.append(
            Kind(
                "a customer on a staff operation",
                by(customer, verbs.create_category(name=named)),
                frozenset({403}),
                works(shop.staff, verbs.create_category(name=named)),
            )
        )
    else:
        examine.note("No staff account is granted, so no 403 has a twin and none was provoked.")
    kinds.append(Kind("a budget that is spent", _spent(shop.visitor(), products), frozenset({429}), listed))
    return kinds


def _unsupported(visitor: Visitor, request: Request) -> Callable[[], Exchange]:
    def provoke() -> Exchange:
        for method in METHODS_TO_TRY:
            exchange = visitor.send(replace(request, method=method, query=()))
            if exchange.response is None or exchange.response.status == 405:
                break
        return exchange

    return provoke


def _spent(visitor: Visitor, call: Call[Any]) -> Callable[[], Exchange]:
    def provoke() -> Exchange:
        for _ in range(BURST_LIMIT + 2):
            exchange = visitor.send(call.request)
            if exchange.response is None or exchange.response.status == 429:
                break
        return exchange

    return provoke
