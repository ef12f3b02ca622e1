"""DOC: the OpenAPI document that partners build against."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from openapi_spec_validator import validate
from openapi_spec_validator.exceptions import OpenAPISpecValidatorError
from openapi_spec_validator.validation.exceptions import OpenAPIValidationError
from referencing.exceptions import Unresolvable

from spec.checking.examination import Examination, verifies
from spec.checking.outcomes import Outcome
from spec.target.exchange import Exchange, Request
from spec.target.shop import Shop

METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation as the document describes it."""

    method: str
    path: str
    content: Mapping[str, object]
    shared_parameters: tuple[object, ...]

    @property
    def answers(self) -> Mapping[str, object]:
        """What is documented of its answers, by status."""
        return _table(self.content.get("responses"))


@verifies("DOC-001")
def test_the_openapi_document_is_valid_and_an_operation_answers_as_it_says(target: Shop, examine: Examination) -> None:
    """The validator finds no error, the document names its version and operations, and one of them is true."""
    visitor = target.visitor()
    read = visitor.do(target.verbs.openapi_document())
    document = read.value
    error = _find_error(document)
    examine.expect(
        error is None,
        Outcome.DOCUMENT_INVALID,
        expected="a document that is valid by the OpenAPI specification it names",
        observed=error,
        exchange=read.exchange,
    )
    version = _table(document.get("info")).get("version")
    examine.expect(
        isinstance(version, str) and bool(version.strip()),
        Outcome.DOCUMENT_INVALID,
        expected="the version of the interface in info.version",
        observed=repr(version),
        exchange=read.exchange,
    )
    operations = tuple(_operations(document))
    examine.expect(
        len(operations) > 0,
        Outcome.DOCUMENT_INVALID,
        expected="at least one operation",
        observed="none",
        exchange=read.exchange,
    )
    plain = next((one for one in operations if _is_plain(one, document)), None)
    examine.require(plain is not None, "no documented operation can be read without a parameter and without a token")
    if plain is not None:
        request = Request("GET", _base_path(document) + plain.path, operation="read a documented operation")
        _expect_documented(examine, plain, document, visitor.send(request))
    examine.note(
        f"{len(operations)} operations, version {version}; whether the document was generated without a warning is not "
        "judged: no command that generates it was asked for"
    )


def _expect_documented(
    examine: Examination, operation: Operation, document: Mapping[str, object], exchange: Exchange
) -> None:
    response = exchange.response
    status = response.status if response else 0
    examine.expect(
        200 <= status <= 299 and str(status) in operation.answers,
        Outcome.NOT_DOCUMENTED,
        expected=f"{operation.path} answers with a documented success: {', '.join(sorted(operation.answers))}",
        observed=exchange.summary,
        exchange=exchange,
    )
    media_types = _table(_resolve(operation.answers[str(status)], document).get("content"))
    given = (response.headers.get("Content-Type") or "none") if response else "none"
    examine.expect(
        not media_types or given.partition(";")[0].strip().lower() in media_types,
        Outcome.NOT_DOCUMENTED,
        expected=f"{operation.path} answers in {', '.join(media_types)}",
        observed=given,
        exchange=exchange,
    )


def _find_error(document: Mapping[str, object]) -> str | None:
    try:
        validate(dict(document))
    except OpenAPIValidationError as error:
        place = "/".join(map(str, error.absolute_path))
        return f"{error.message[:300]} at /{place}"
    except OpenAPISpecValidatorError:
        return f"no version that the validator knows: openapi {document.get('openapi')!r}"
    except Unresolvable as error:
        return f"a reference to nowhere: {error.ref}"
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        # A document so odd that the validator cannot walk through it.
        return f"{type(error).__name__}: {error}"[:300]
    return None


def _operations(document: Mapping[str, object]) -> Iterator[Operation]:
    for path, item in _table(document.get("paths")).items():
        described = _table(item)
        parameters = described.get("parameters")
        shared = tuple(parameters) if isinstance(parameters, list) else ()
        for method in METHODS:
            if method in described:
                yield Operation(method, path, _table(described[method]), shared)


def _is_plain(operation: Operation, document: Mapping[str, object]) -> bool:
    """Whether anybody can send it as it stands: a GET that needs no parameter, no body and no token."""
    own = operation.content.get("parameters")
    parameters = [*operation.shared_parameters, *(own if isinstance(own, list) else ())]
    required = any(_resolve(one, document).get("required") is True for one in parameters)
    security = operation.content.get("security", document.get("security", []))
    is_open = not security or (isinstance(security, list) and {} in security)
    return operation.method == "get" and "{" not in operation.path and not required and is_open


def _resolve(value: object, document: Mapping[str, object]) -> Mapping[str, object]:
    """The object, or what its local reference points to."""
    found = _table(value)
    reference = found.get("$ref")
    if not isinstance(reference, str) or not reference.startswith("#/"):
        return found
    place: object = document
    for part in reference[2:].split("/"):
        place = _table(place).get(part.replace("~1", "/").replace("~0", "~"))
    return _table(place)


def _base_path(document: Mapping[str, object]) -> str:
    """The path that the paths of the document begin with, from its first server (OpenAPI 3.1 section 4.8.5)."""
    servers = document.get("servers")
    first = _table(servers[0]) if isinstance(servers, list) and servers else {}
    return urlsplit(str(first.get("url", ""))).path.rstrip("/")


def _table(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}
