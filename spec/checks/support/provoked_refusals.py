"""Walk verbs under a version, and provoke refusals of its operations, to see by which statuses they refuse."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from spec.checks.support.operation_descriptions import ERRORS
from spec.checks.support.operation_probes import probe_operations
from spec.checks.support.version_documents import ServedDocument
from spec.surface.known import Known
from spec.surface.openapi import Document
from spec.surface.verb_trials import list_trials
from spec.target.answer_kinds import AnswerKind
from spec.target.exchange import Exchange
from spec.target.shop import Shop
from spec.target.visitor import PreparationFailed

BROKEN_BODIES: Final = (("application/json", b"{"), ("text/plain", b"a text"))
"""Bodies that no operation takes: they are refused before anything is written, also of staff."""
NO_PARAMETER: Final = "no_such_parameter"


@dataclass(frozen=True, slots=True)
class SeenOperations:
    """The answers that operations of a version were seen to give, by the label of each."""

    refused: Mapping[str, Collection[int]]
    """The statuses by which they refused a client."""
    taken: Mapping[str, Collection[str]]
    """The names of parameters in a query that they took."""


def provoke_refusals(shop: Shop, known: Known, served: ServedDocument) -> SeenOperations:
    """See by which statuses the operations of a version refuse, and which parameters they take.

    A stranger, a customer and a forged session ask with an empty body, these and staff with bodies that are broken, and
    what a verb reads is read with numbers and flags in the query that are none. What a verb does is done twice, which a
    conflict refuses. A parameter is taken where the same request is refused with one more that nobody knows.
    """
    refused, taken = defaultdict[str, set[int]](set), defaultdict[str, set[str]](set)
    document, walked = served.document, list(walk_verbs(shop, known, served.version, times=2))
    for exchange in (*_probe(shop, served), *_ask_wrongly(shop, document, walked), *walked):
        operation, response = document.find(exchange.request), exchange.response
        if operation is not None and response is not None and shop.verbs.settle(response) in ERRORS:
            refused[operation.label].add(response.status)
    for exchange in walked:
        operation = document.find(exchange.request)
        if operation is not None and exchange.request.method == "GET" and _is_particular(shop, exchange):
            taken[operation.label].update(name for name, _ in exchange.request.query)
    return SeenOperations(refused, taken)


def _is_particular(shop: Shop, exchange: Exchange) -> bool:
    """Tell if a read that was answered is refused with a parameter that nobody knows."""
    request = exchange.request
    if exchange.response is None or shop.verbs.settle(exchange.response) is not AnswerKind.DONE or not request.query:
        return False
    odd = shop.visitor().send(replace(request, query=(*request.query, (NO_PARAMETER, "1"))))
    return odd.response is not None and shop.verbs.settle(odd.response) is AnswerKind.INVALID


def _ask_wrongly(shop: Shop, document: Document, walked: Iterable[Exchange]) -> Iterator[Exchange]:
    """Repeat a read of each operation with a word where a parameter of its query is a number or a flag."""
    asked = set[str]()
    for exchange in walked:
        operation = document.find(exchange.request)
        if operation is None or exchange.request.method != "GET" or operation.label in asked:
            continue
        asked.add(operation.label)
        for stated in (*operation.shared_parameters, *operation.content.get("parameters", ())):
            one = document.resolve(stated)
            kind = document.resolve(one.get("schema", {})).get("type")
            if one.get("in") == "query" and kind in ("integer", "number", "boolean"):
                yield shop.visitor().send(replace(exchange.request, query=((str(one.get("name")), "a word"),)))


def _probe(shop: Shop, served: ServedDocument) -> Iterator[Exchange]:
    visitors = [shop.visitor()]
    if shop.customers_left != 0:
        customer = shop.customer()
        visitors += [customer, customer.with_session(customer.session.forged())]
    staff = [shop.staff] if shop.grants_staff else []
    asked = [(one, None) for one in visitors]
    broken = [(one, body) for body in BROKEN_BODIES for one in (*visitors, *staff)]
    for visitor, body in (*asked, *broken):
        probes = probe_operations(shop, served.document, visitor, body)
        yield from (probe.exchange for probe in probes if probe.exchange is not None)


def walk_verbs(shop: Shop, known: Known, version: str, *, times: int) -> Iterator[Exchange]:
    """Walk each verb under a version, so often in a row; what cannot be prepared other requirements tell of."""
    if shop.customers_left == 0:
        return
    for trial in list_trials(shop, shop.customer()):
        try:
            attempt = trial.prepare()
        except PreparationFailed:
            continue
        verb = attempt.verb.changed(lambda request: known.in_version(request, version))
        yield from (attempt.visitor.provoke(verb) for _ in range(times))
