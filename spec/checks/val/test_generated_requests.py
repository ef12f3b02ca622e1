"""VAL: whatever the OpenAPI document lets a client think of, the target has an answer that is not its own failure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from spec.checking.examination import Examination, verifies
from spec.checking.outcomes import Outcome
from spec.checks.support.generated_requests import GeneratedRequest, RequestGenerator
from spec.checks.support.openapi import Document, DocumentedOperation
from spec.checks.support.rehearsal import rehearse
from spec.checks.support.resource_pool import ResourcePool
from spec.run.run_state import RunState
from spec.target.exchange import UNSET, Exchange, Request
from spec.target.shop import Shop
from spec.target.visitor import Unanswered, Visitor

RANDOM_EXAMPLES: Final = 12
RANDOM_EXAMPLES_QUICK: Final = 2
EDGES_QUICK: Final = 10
ATTEMPTS: Final = 8
"""Things that are tried, newest first, until an operation has succeeded once."""
FORBIDDEN: Final = 403
UNAUTHENTICATED: Final = 401


class Fuzz:
    """Sends generated requests by whoever may, learns ids from the answers, and counts successes by operation."""

    def __init__(self, shop: Shop, examine: Examination, document: Document) -> None:
        self._shop = shop
        self._examine = examine
        self.document = document
        self.pool = ResourcePool(document)
        self.successes: dict[str, int] = {one.label: 0 for one in document.operations}
        self.sent = 0
        self._staff_only: set[str] = set()
        self.customer = shop.customer()

    def observe(self, exchange: Exchange) -> None:
        """Count and learn."""
        operation = self.document.find(exchange.request)
        if operation is not None and exchange.response is not None and exchange.response.succeeded:
            self.successes[operation.label] += 1
            self.pool.learn(exchange)

    def send(self, operation: DocumentedOperation, request: Request) -> Exchange:
        """Send as the customer, and as staff what customers are forbidden."""
        exchange = self._send_by(self._who(operation), request)
        if exchange.response is None:
            raise Unanswered(exchange)
        status = exchange.response.status
        if status == FORBIDDEN and self._shop.grants_staff and operation.label not in self._staff_only:
            self._staff_only.add(operation.label)
            return self.send(operation, request)
        return exchange

    def _who(self, operation: DocumentedOperation) -> Visitor:
        return self._shop.staff if operation.label in self._staff_only else self.customer

    def _send_by(self, visitor: Visitor, request: Request) -> Exchange:
        signed = request.with_bearer(visitor.tokens.access) if visitor.tokens else request
        exchange = visitor.send(signed)
        self.sent += 1
        self._examine.no_server_error(exchange)
        self.observe(exchange)
        return exchange

    def renew_customer(self) -> None:
        """A new customer where the last one's access has ended, by a changed password for instance."""
        response = self._send_by(self.customer, self._shop.verbs.whoami().request).response
        if response is not None and response.status == UNAUTHENTICATED:
            self.customer = self._shop.customer()


@verifies("VAL-014", effects={"writes", "signs in"})
def test_no_generated_request_makes_the_target_fail(roomy: Shop, run: RunState, examine: Examination) -> None:
    """Edges and random requests of every operation, valid and not: no 5xx, and each operation has succeeded once."""
    content = roomy.visitor().must(roomy.verbs.openapi_document())
    document = Document(content)
    fuzz = Fuzz(roomy, examine, document)
    rehearse(roomy, fuzz.customer)
    for exchange in roomy.recorder.exchanges:
        fuzz.observe(exchange)
    me = fuzz.customer.do(roomy.verbs.whoami())
    examine.that(
        me.value == fuzz.customer.account,
        Outcome.WRONG_CONTENT,
        "the account of the customer who asks",
        saw=me,
        observed=me.value,
    )
    generator = RequestGenerator(content, run.seed)
    operations = sorted(document.operations, key=lambda one: one.method == "DELETE")
    for operation in operations:
        _try_examples(fuzz, operation)
    for operation in operations:
        fuzz.renew_customer()
        chance = run.random(f"VAL-014/{operation.label}")
        requests = [*_examples_twice(document, operation), *_generate(generator, operation, quick=run.quick)]
        for number, generated in enumerate(requests):
            fuzz.send(operation, _aim(fuzz.pool, operation, generated, chance.randrange(1000), every=number % 4 != 3))
    for operation in operations:
        _try_examples(fuzz, operation)
    missing = [label for label, count in fuzz.successes.items() if not count]
    examine.progress(len(fuzz.successes) - len(missing), len(fuzz.successes), missing)
    examine.cover("operations with a 2xx while fuzzed", len(fuzz.successes) - len(missing), len(operations), missing)
    examine.note(f"{fuzz.sent} requests to {len(operations)} operations of the current version's document.")


def _examples_twice(document: Document, operation: DocumentedOperation) -> Iterator[GeneratedRequest]:
    # The same thing again is what unique keys and states are there for, and what is forgotten.
    for body in document.body_examples(operation):
        example = Request(operation.method, operation.path, json=body, operation="documented example")
        yield from [GeneratedRequest(example, valid=True)] * 2


def _generate(
    generator: RequestGenerator, operation: DocumentedOperation, *, quick: bool
) -> Iterator[GeneratedRequest]:
    edges = generator.edges(operation.method, operation.path)
    if quick:
        edges = edges[:: max(1, len(edges) // EDGES_QUICK)]
    yield from edges
    examples = RANDOM_EXAMPLES_QUICK if quick else RANDOM_EXAMPLES
    yield from generator.random(operation.method, operation.path, examples)


def _aim(
    pool: ResourcePool, operation: DocumentedOperation, generated: GeneratedRequest, choice: int, *, every: bool
) -> Request:
    """The request, aimed at things that are there; one in four stays as it was generated."""
    request = generated.request
    if not every:
        return request
    path = pool.fill_path(operation, choice)
    if path is not None:
        mark = request.path.find("?")
        request = replace(request, path=path + (request.path[mark:] if mark >= 0 else ""))
    if generated.valid and request.json is not UNSET:
        request = replace(request, json=pool.fill_body(request.json, choice))
    return request


def _try_examples(fuzz: Fuzz, operation: DocumentedOperation) -> None:
    """Send the examples of the document, aimed at one thing after another, until the operation has succeeded."""
    bodies: list[Any] = fuzz.document.body_examples(operation) or [UNSET]
    for choice in range(ATTEMPTS):
        if fuzz.successes[operation.label]:
            return
        path = fuzz.pool.fill_path(operation, choice) or operation.path
        for body in bodies:
            filled = body if body is UNSET else fuzz.pool.fill_body(body, choice)
            fuzz.send(operation, Request(operation.method, path, json=filled, operation="documented example"))
