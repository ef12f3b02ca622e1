"""The kinds of answer that a rule about every answer is tried on: successes, refusals of each sort, a page, a probe."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from spec.checks.support.budgets import BURST_LIMIT
from spec.target.exchange import Exchange, Request
from spec.target.shop import Shop

METHODS_TO_TRY: Final = ("DELETE", "PUT", "PATCH", "TRACE")
"""One of these is not supported by the list of products of any shop."""
UNSUPPORTED: Final = 405


@dataclass(frozen=True, slots=True)
class Answer:
    """An exchange that was provoked, and the kind of answer that it had to be to count as one of that kind."""

    kind: str
    exchange: Exchange
    seen: bool


def provoke_all(shop: Shop) -> Iterator[Answer]:
    """One answer of each kind. One that is not of the kind that was asked for is marked as not seen."""
    verbs, visitor = shop.verbs, shop.visitor()
    products, registration = verbs.list_products(page_size=1), verbs.register("", "")

    def ask(kind: str, request: Request, holds: Callable[[Exchange], bool]) -> Answer:
        exchange = visitor.send(request)
        return Answer(kind, exchange, exchange.response is not None and holds(exchange))

    yield ask("200", products.request, _has(200))
    yield ask("401", verbs.whoami().request, _has(401))
    yield ask("404 below the base of the API", verbs.unknown_page().request, _has(404))
    yield ask("404 outside it", Request("GET", f"/{shop.unique_name('nothing')}"), _has(404))
    for method in METHODS_TO_TRY:
        refused = ask("405", replace(products.request, method=method, query=()), _has(UNSUPPORTED))
        if refused.seen:
            break
    yield refused
    broken = replace(registration.request, body=b'{"email": ').with_header("Content-Type", "application/json")
    yield ask("400", broken, _has(400, 422))
    yield ask("HTML page", verbs.documentation_page().request, _is_page)
    yield ask("liveness", verbs.liveness().request, _has(200, 204))
    spender = shop.visitor()
    for _ in range(BURST_LIMIT + 2):
        exchange = spender.send(products.request)
        if _has(429)(exchange):
            break
    yield Answer("429", exchange, _has(429)(exchange))


def _has(*statuses: int) -> Callable[[Exchange], bool]:
    return lambda exchange: exchange.response is not None and exchange.response.status in statuses


def _is_page(exchange: Exchange) -> bool:
    if exchange.response is None or exchange.response.status != 200:
        return False
    return (exchange.response.headers.get("Content-Type") or "").lower().startswith("text/html")
