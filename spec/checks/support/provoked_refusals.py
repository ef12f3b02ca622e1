"""Walk verbs under a version, and provoke refusals of its operations, to see by which statuses they refuse."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

from hypothesis import Phase, find, settings
from hypothesis.errors import NoSuchExample
from hypothesis.strategies import from_regex

from spec.checks.support.operation_descriptions import ERRORS
from spec.checks.support.operation_probes import probe_operations
from spec.checks.support.version_documents import ServedDocument
from spec.surface.known import Known
from spec.surface.openapi import Document, DocumentedOperation
from spec.surface.verb_trials import Attempt, list_trials
from spec.target.answer_kinds import AnswerKind
from spec.target.exchange import Exchange
from spec.target.shop import Shop
from spec.target.visitor import PreparationFailed

BROKEN_BODIES: Final = (("application/json", b"{"), ("text/plain", b"a text"))
"""Bodies that no operation takes: they are refused before anything is written, also of staff."""
NO_PARAMETER: Final = "no_such_parameter"
WORD: Final = "word"
"""No number, no flag, no id."""

FIRST_FOUND: Final = settings(phases=(Phase.generate,), database=None)
"""Texts are made up, not made as short as can be, which takes seconds."""


@dataclass(frozen=True, slots=True)
class SeenOperations:
    """The answers that operations of a version were seen to give, by the label of each."""

    refused: Mapping[str, Collection[int]]
    """The statuses by which they refused a client."""
    taken: Mapping[str, Collection[str]]
    """The names of parameters in a query that they took."""


def provoke_refusals(shop: Shop, known: Known, served: ServedDocument) -> SeenOperations:
    """See by which statuses the operations of a version refuse, and which parameters they take.

    A stranger, a customer and a forged session ask with an empty body, and these and staff with bodies that are broken.
    What a verb does is done twice, which a conflict refuses; what it reads is read by the same visitor with parameters
    that mean nothing. A parameter is taken where a read is refused with one more that nobody knows.
    """
    refused, taken = defaultdict[str, set[int]](set), defaultdict[str, set[str]](set)
    seen, asked = list(_probe(shop, served)), set[str]()
    for attempt in attempts_under(shop, known, served.version):
        exchange, again = (attempt.visitor.provoke(attempt.verb) for _ in range(2))
        seen += [exchange, again]
        operation = served.document.find(exchange.request)
        if operation is None or exchange.request.method != "GET":
            continue
        if operation.label not in asked:
            asked.add(operation.label)
            seen += [_with_query(attempt, one) for one in _wrong_queries(served.document, operation)]
        if _is_particular(shop, attempt, exchange):
            taken[operation.label].update(name for name, _ in exchange.request.query)
    for exchange in seen:
        operation, response = served.document.find(exchange.request), exchange.response
        if operation is not None and response is not None and shop.verbs.settle(response) in ERRORS:
            refused[operation.label].add(response.status)
    return SeenOperations(refused, taken)


def _is_particular(shop: Shop, attempt: Attempt, exchange: Exchange) -> bool:
    """Tell if a read with a query that was answered is refused with a parameter that nobody knows."""
    query = exchange.request.query
    if exchange.response is None or shop.verbs.settle(exchange.response) is not AnswerKind.DONE or not query:
        return False
    odd = _with_query(attempt, *query, (NO_PARAMETER, "1"))
    return odd.response is not None and shop.verbs.settle(odd.response) is AnswerKind.INVALID


def _wrong_queries(document: Document, operation: DocumentedOperation) -> Iterator[tuple[str, str]]:
    """List the parameters of an operation's query, each as a word, and as a text that is made up to its pattern."""
    for stated in (*operation.shared_parameters, *operation.content.get("parameters", ())):
        parameter = document.resolve(stated)
        if parameter.get("in") != "query":
            continue
        name, pattern = str(parameter.get("name")), document.resolve(parameter.get("schema", {})).get("pattern")
        yield name, WORD
        if isinstance(pattern, str):
            # A pattern is the target's own text: it may be none that this language knows.
            with suppress(re.error, NoSuchExample):
                yield name, find(from_regex(pattern, fullmatch=True), bool, settings=FIRST_FOUND)


def _with_query(attempt: Attempt, *query: tuple[str, str]) -> Exchange:
    return attempt.visitor.provoke(attempt.verb.changed(lambda request: replace(request, query=query)))


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


def walk_verbs(shop: Shop, known: Known, version: str) -> Iterator[Exchange]:
    """Walk each verb under a version, each by whom it is for."""
    return (attempt.visitor.provoke(attempt.verb) for attempt in attempts_under(shop, known, version))


def attempts_under(shop: Shop, known: Known, version: str) -> Iterator[Attempt]:
    """Prepare each verb and aim it at a version. What cannot be prepared, other requirements tell of."""
    if shop.customers_left == 0:
        return
    for trial in list_trials(shop, shop.customer()):
        try:
            attempt = trial.prepare()
        except PreparationFailed:
            continue
        verb = attempt.verb.changed(lambda request: known.in_version(request, version))
        yield replace(attempt, verb=verb)
