"""Ask each operation of a document once, with ids that the target has given and an empty or a broken body."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import quote

from spec.surface.openapi import Document, DocumentedOperation
from spec.surface.resource_pool import ResourcePool
from spec.target.answer_kinds import AnswerKind
from spec.target.exchange import UNSET, Exchange, Request
from spec.target.shop import Shop
from spec.target.visitor import Visitor


@dataclass(frozen=True, slots=True)
class Probe:
    """An operation, and the exchange in which it was asked; None where no id that it needs is known."""

    label: str
    exchange: Exchange | None


def probe_operations(
    shop: Shop, document: Document, visitor: Visitor, broken: tuple[str, bytes] | None = None
) -> Iterator[Probe]:
    """Ask each operation of a document: reads of lists first, since their answers hold ids, and deletions last.

    Where no id is known one is made up: it serves where a visitor is refused before anything is looked for. With a
    broken body, told by its media type and its bytes, only what reads or takes a body is asked.
    """
    pool = ResourcePool(document)
    for operation in sorted(document.operations, key=_last_deletions):
        known = pool.fill_path(operation, 0) if operation.parameter_names else operation.path
        made_up = re.sub(r"\{[^}]+\}", quote(shop.verbs.nobody("order"), safe=""), operation.path)
        takes_body = "requestBody" in operation.content
        request = Request(operation.method, known or made_up, operation="documented operation", from_origin=True)
        request = replace(request, json={} if takes_body else UNSET)
        if broken is not None and takes_body:
            request = replace(request, body=broken[1]).with_header("Content-Type", broken[0])
        elif broken is not None and operation.method != "GET":
            continue
        exchange = visitor.send_signed(request)
        pool.learn(exchange)
        missing = exchange.response is not None and visitor.settle(exchange) is AnswerKind.NOT_FOUND
        yield Probe(operation.label, None if missing and known is None else exchange)


def _last_deletions(operation: DocumentedOperation) -> tuple[bool, bool, int]:
    return operation.method == "DELETE", operation.method != "GET", len(operation.parameter_names)


def find_plain_read(document: Document) -> DocumentedOperation | None:
    """Find an operation that every client can send as it stands: a GET without required parameter or credentials."""
    return next((one for one in document.operations if _is_plain(one, document)), None)


def _is_plain(operation: DocumentedOperation, document: Document) -> bool:
    parameters = (*operation.shared_parameters, *operation.content.get("parameters", ()))
    required = any(document.resolve(one).get("required") is True for one in parameters)
    is_bare = operation.method == "GET" and not operation.parameter_names and not required
    return is_bare and not document.needs_credentials(operation)
