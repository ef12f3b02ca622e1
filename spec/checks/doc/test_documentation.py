"""DOC: the OpenAPI document that partners build against."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from openapi_spec_validator import validate
from openapi_spec_validator.exceptions import OpenAPISpecValidatorError
from openapi_spec_validator.validation.exceptions import OpenAPIValidationError
from referencing.exceptions import Unresolvable

from spec.checking.examination import Examination, verifies
from spec.checking.outcomes import Outcome
from spec.checks.support.openapi import Document, DocumentedOperation
from spec.target.exchange import Exchange, Request
from spec.target.shop import Shop


@verifies("DOC-001")
def test_the_openapi_document_is_valid_and_an_operation_answers_as_it_says(target: Shop, examine: Examination) -> None:
    """The OpenAPI document is valid and true of an operation that it describes.

    The document is read and held against the OpenAPI specification that it names; it states its version and at least
    one operation. The first operation that needs no parameter and no token is sent: it answers with a success and a
    media type that the document gives for it. Warnings of the command that generates the document are not judged.
    """
    visitor = target.visitor()
    read = visitor.do(target.verbs.openapi_document())
    error = _find_error(read.value)
    wanted = "a document that is valid by the OpenAPI specification it names"
    examine.that(error is None, Outcome.DOCUMENT_INVALID, wanted, saw=read, observed=error)
    document = Document(read.value, target.endpoint.base_path)
    version = document.content["info"]["version"]
    wanted = "the version of the interface in info.version"
    examine.that(bool(version.strip()), Outcome.DOCUMENT_INVALID, wanted, saw=read, observed=repr(version))
    operations = document.operations
    examine.that(bool(operations), Outcome.DOCUMENT_INVALID, "at least one operation", saw=read, observed="none")
    plain = next((one for one in operations if _is_plain(one, document)), None)
    plain = examine.need(plain, "a documented operation that can be read without a parameter and without a token")
    # The document's own base stands in front of its paths already.
    request = Request("GET", plain.path, operation="read a documented operation", from_origin=True)
    sent = visitor.send(request)
    _expect_documented(examine, plain, document, sent)
    examine.note(
        f"{len(operations)} operations, version {version}; whether the document was generated without a warning is not "
        "judged: no command that generates it was asked for"
    )


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


def _find_error(document: dict[str, object]) -> str | None:
    try:
        validate(document)
    except OpenAPIValidationError as error:
        return f"{error.message[:300]} at /{'/'.join(map(str, error.absolute_path))}"
    except OpenAPISpecValidatorError:
        return f"no version that the validator knows: openapi {document.get('openapi')!r}"
    except Unresolvable as error:
        return f"a reference to nowhere: {error.ref}"
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        # A document so odd that the validator cannot walk through it.
        return f"{type(error).__name__}: {error}"[:300]
    return None


def _is_plain(operation: DocumentedOperation, document: Document) -> bool:
    """Tell if every client can send it as it stands: a GET without required parameter, body or token."""
    parameters = (*operation.shared_parameters, *operation.content.get("parameters", ()))
    required = any(document.resolve(one).get("required") is True for one in parameters)
    security = operation.content.get("security", document.content.get("security", []))
    return (
        operation.method == "GET"
        and not operation.parameter_names
        and not required
        and (not security or {} in security)
    )
