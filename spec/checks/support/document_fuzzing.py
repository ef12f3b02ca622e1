"""The hunt for failures of the target that its OpenAPI document guides: every operation, with edges and at random."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import Any, Final, TypeAlias

from spec.checking.examination import Examination
from spec.checks.support.generated_requests import GeneratedRequest, RequestGenerator
from spec.checks.support.odd_requests import describe_oddities
from spec.surface.openapi import Document, DocumentedOperation
from spec.surface.resource_pool import ResourcePool
from spec.target.answer_kinds import AnswerKind
from spec.target.exchange import UNSET, Exchange, Request
from spec.target.shop import Shop
from spec.target.visitor import Visitor

RANDOM_EXAMPLES: Final = 3
RANDOM_EXAMPLES_QUICK: Final = 2
EDGES_QUICK: Final = 10
ATTEMPTS: Final = 8
"""Things that are tried, newest first, until an operation has succeeded once."""


GeneratedRequests: TypeAlias = Mapping[str, Sequence[GeneratedRequest]]
"""The requests that were generated for each operation, by its label."""


class DocumentFuzzer:
    """Sends generated requests by whoever may, learns ids from the answers, and counts successes by operation."""

    def __init__(self, shop: Shop, examine: Examination, document: Document, customer: Visitor) -> None:
        self._shop = shop
        self._examine = examine
        self._document = document
        self._pool = ResourcePool(document)
        self._staff_only: set[str] = set()
        self._customer = customer
        self.successes: dict[str, int] = {one.label: 0 for one in document.operations}
        self.sent = 0

    @property
    def missing(self) -> list[str]:
        """The operations that have not succeeded."""
        return [label for label, count in self.successes.items() if not count]

    def observe(self, exchanges: Iterable[Exchange]) -> None:
        """Count and learn from exchanges that others have had."""
        for exchange in exchanges:
            self._learn(self._document.find(exchange.request), exchange)

    def fuzz(self, requests: GeneratedRequests, chance: Random) -> None:
        """Send what the document allows and what it excludes. Raises Violation at the first 5xx."""
        operations = sorted(self._document.operations, key=lambda one: one.method == "DELETE")
        for operation in operations:
            self._try_examples(operation)
        for operation in operations:
            self._renew_customer()
            for number, generated in enumerate([*self._examples_twice(operation), *requests[operation.label]]):
                aimed = self._aim(operation, generated, chance.randrange(1000), every=number % 4 != 3)
                self._send(operation, aimed, generated.about)
        for operation in operations:
            self._try_examples(operation)

    def _try_examples(self, operation: DocumentedOperation) -> None:
        """Send the examples of the document, aimed at one thing after another, until the operation has succeeded."""
        bodies: list[Any] = self._document.body_examples(operation) or [UNSET]
        for choice in range(ATTEMPTS):
            if self.successes[operation.label]:
                return
            path = self._pool.fill_path(operation, choice) or operation.path
            for body in bodies:
                filled = body if body is UNSET else self._pool.fill_body(body, choice)
                self._send(operation, Request(operation.method, path, json=filled, operation="documented example"))

    def _examples_twice(self, operation: DocumentedOperation) -> Iterator[GeneratedRequest]:
        # The same thing again is what unique keys and states are there for, and what is forgotten.
        for body in self._document.body_examples(operation):
            example = Request(operation.method, operation.path, json=body, operation="documented example")
            yield from [GeneratedRequest(example, valid=True)] * 2

    def _aim(self, operation: DocumentedOperation, generated: GeneratedRequest, choice: int, *, every: bool) -> Request:
        """Aim the request at things that are there; one in four stays as it was generated."""
        request = generated.request
        if not every:
            return request
        path = self._pool.fill_path(operation, choice)
        if path is not None:
            mark = request.path.find("?")
            request = replace(request, path=path + (request.path[mark:] if mark >= 0 else ""))
        if generated.valid and request.json is not UNSET:
            request = replace(request, json=self._pool.fill_body(request.json, choice))
        return request

    def _send(self, operation: DocumentedOperation, request: Request, about: str = "") -> None:
        """Send as the customer, and as staff what customers are forbidden."""
        by_staff = operation.label in self._staff_only
        visitor = self._shop.staff if by_staff else self._customer
        exchange = visitor.send_signed(replace(request, from_origin=True))
        self.sent += 1
        odd = ", ".join(filter(None, (about, describe_oddities(exchange.request))))
        self._examine.no_server_error(exchange, odd)
        kind = visitor.settle(exchange)
        self._learn(operation, exchange)
        if kind is AnswerKind.FORBIDDEN and self._shop.grants_staff and not by_staff:
            self._staff_only.add(operation.label)
            self._send(operation, request, about)

    def _learn(self, operation: DocumentedOperation | None, exchange: Exchange) -> None:
        if operation is not None and exchange.response is not None and exchange.response.succeeded:
            self.successes[operation.label] += 1
            self._pool.learn(exchange)

    def _renew_customer(self) -> None:
        """Take a new customer where the last one's access has ended, by a changed password for instance."""
        verbs = self._shop.verbs
        own = verbs.whoami() if verbs.offers("whoami") else verbs.list_orders()
        if self._customer.do(own).kind is AnswerKind.UNAUTHENTICATED:
            self._customer = self._shop.customer()


def generate_requests(document: Document, seed: int, *, quick: bool) -> GeneratedRequests:
    """Generate the requests of each operation. Takes no target, so it can be done while something else is sent."""
    generator = RequestGenerator(document.content, seed)
    return {one.label: list(_generate(generator, one, quick=quick)) for one in document.operations}


def _generate(
    generator: RequestGenerator, operation: DocumentedOperation, *, quick: bool
) -> Iterator[GeneratedRequest]:
    edges = generator.edges(operation.method, operation.path)
    if quick:
        edges = edges[:: max(1, len(edges) // EDGES_QUICK)]
    yield from edges
    examples = RANDOM_EXAMPLES_QUICK if quick else RANDOM_EXAMPLES
    yield from generator.random(operation.method, operation.path, examples)
