"""DOC-001: the OpenAPI documents that partners build against are valid, and true of what they describe."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from spec.checking.examination import Examination, verifies
from spec.checking.outcomes import Outcome
from spec.checks.support.document_validity import find_document_error, list_references
from spec.checks.support.operation_probes import find_plain_read
from spec.checks.support.version_documents import read_documents
from spec.surface.openapi import Document, DocumentedOperation
from spec.target.exchange import Exchange, Request
from spec.target.observations import CommandOutput
from spec.target.shop import Shop


@verifies("DOC-001")
def test_the_openapi_documents_are_valid_and_an_operation_answers_as_each_says(
    target: Shop, examine: Examination
) -> None:
    """The OpenAPI document of each version is valid and true of an operation that it describes.

    Each is held against the OpenAPI specification that it names, and each reference in it has to lead to a place inside
    it, wherever it stands; none is followed out of it. It states its version and at least one operation. The first
    operation that needs no parameter and no token is sent: it answers with a success and a media type that the document
    gives for it.
    """
    visitor, references, operations = target.visitor(), 0, 0
    verbs = target.verbs.openapi_documents()
    for verb in verbs:
        read = visitor.do(verb)
        error = find_document_error(read.value)
        wanted = "a document that is valid by the OpenAPI specification it names"
        examine.that(error is None, Outcome.DOCUMENT_INVALID, wanted, saw=read, observed=error)
        document = Document(read.value, target.endpoint.base_path)
        version = document.content["info"]["version"]
        wanted = "the version of the interface in info.version"
        examine.that(bool(version.strip()), Outcome.DOCUMENT_INVALID, wanted, saw=read, observed=repr(version))
        described = document.operations
        examine.that(bool(described), Outcome.DOCUMENT_INVALID, "at least one operation", saw=read, observed="none")
        plain = find_plain_read(document)
        plain = examine.need(plain, "a documented operation that can be read without a parameter and without a token")
        # The document's own base stands in front of its paths already.
        request = Request("GET", plain.path, operation="read a documented operation", from_origin=True)
        sent = visitor.send(request)
        _expect_documented(examine, plain, document, sent)
        references += sum(1 for _ in list_references(document.content))
        operations += len(described)
    examine.progress(len(verbs), len(verbs))
    examine.note(f"{len(verbs)} documents with {operations} operations and {references} references.")


@verifies("DOC-001")
def test_the_served_documents_are_those_that_are_generated_without_a_warning(
    target: Shop, examine: Examination
) -> None:
    """The target's own command generates the documents, and ends with exit code 0, which no warning leaves it.

    It prints each as a line of JSON. The twin: every document that is served is one of them.
    """
    generated = target.command("schema")
    wanted = "exit code 0: documents that are generated without a warning"
    said = f"exit code {generated.exit_code}: {generated.errors.strip()[-300:]}"
    examine.that(generated.exit_code == 0, Outcome.COMMAND_FAILED, wanted, saw=generated, observed=said)
    printed = _read_lines(generated)
    wanted = "an OpenAPI document in JSON on each line"
    examine.that(bool(printed), Outcome.FORMAT_WRONG, wanted, saw=generated)
    served = read_documents(target).served
    for one in served:
        # The servers are compared too, as they were written.
        content = one.exchange.response.json(real=float) if one.exchange.response else None
        examine.that(
            content in printed,
            Outcome.CLAIM_CONTRADICTED,
            f"{one.label} to be one of the {len(printed)} that the command prints",
            saw=one.exchange,
        )
    examine.progress(len(served), len(served))
    examine.note(f"{len(served)} served documents are those that the command generates.")


def _read_lines(output: CommandOutput) -> list[object]:
    """Read the documents, one a line; empty where a line is anything else."""
    try:
        read = [json.loads(line) for line in output.output.splitlines() if line.strip()]
    except ValueError:
        return []
    return read if all(isinstance(one, dict) and "openapi" in one for one in read) else []


def _expect_documented(
    examine: Examination, operation: DocumentedOperation, document: Document, exchange: Exchange
) -> None:
    response, documented = exchange.response, operation.content.get("responses", {})
    wanted = f"{operation.path} answers with a documented success: {', '.join(sorted(documented))}"
    stated = _stated_response(str(response.status), documented) if response and response.succeeded else None
    if stated is None:
        examine.fail(Outcome.NOT_DOCUMENTED, wanted, saw=exchange)
    examine.that(True, Outcome.NOT_DOCUMENTED, wanted, saw=exchange)
    media_types = document.resolve(stated).get("content", {})
    given = (response and response.headers.get("Content-Type")) or "none"
    holds = not media_types or given.partition(";")[0].strip().lower() in media_types
    wanted = f"{operation.path} answers in {', '.join(media_types)}"
    examine.that(holds, Outcome.NOT_DOCUMENTED, wanted, saw=exchange, observed=given)


def _stated_response(status: str, documented: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Find what a document says of a status: by itself, by its class (2XX), or by default."""
    return next((documented[key] for key in (status, f"{status[0]}XX", "default") if key in documented), None)
