"""Say what a document leaves out of the description of an operation.

The error answers that an operation owes follow from the operation: credentials can be missing, and those of a customer
too weak for what is staff's; what a path names can be missing; a body and a parameter can be wrong; a budget can be
spent. A status by which the operation was seen to refuse is owed as well. Each is owed as a status of its own:
`default` and a range tell a reader nothing of which errors come.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from spec.checks.support.problem_documents import MEDIA_TYPE
from spec.surface.openapi import Document, DocumentedOperation
from spec.target.answer_kinds import AnswerKind
from spec.target.exchange import Response, UnexpectedAnswer


class DescriptionLint:
    """Looks for what is missing in one document.

    `settle` names the kind of an answer with a status. `budgeted` is true of a target with limits, whose every
    operation can be refused for a spent budget. `forbidding` names operations that were seen to refuse a customer, and
    `refused` and `taken` the statuses by which operations were seen to refuse anybody, and the parameters in a query
    that they were seen to take.
    """

    def __init__(
        self,
        document: Document,
        settle: Callable[[Response], AnswerKind],
        *,
        budgeted: bool,
        forbidding: Collection[str] = (),
        refused: Mapping[str, Collection[int]] = MappingProxyType({}),
        taken: Mapping[str, Collection[str]] = MappingProxyType({}),
    ) -> None:
        self._document = document
        self._settle = settle
        self._budgeted = budgeted
        self._forbidding = forbidding
        self._refused = refused
        self._taken = taken

    def missing_in(self, operation: DocumentedOperation) -> list[str]:
        """List what the description of an operation lacks."""
        try:
            return [*self._missing_texts(operation), *self._missing_inputs(operation), *self._missing_errors(operation)]
        except UnexpectedAnswer as error:
            return [f"{error.expected} ({error.observed})"]

    def _missing_texts(self, operation: DocumentedOperation) -> Iterator[str]:
        for name in ("summary", "description"):
            if not _is_text(operation.content.get(name)):
                yield f"a {name}"
        security = self._document.security_of(operation)
        if security is None:
            yield "its security (an empty list where none is needed)"
            return
        known = self._document.content.get("components", {}).get("securitySchemes", {})
        yield from (f"the security scheme {name!r}" for way in security for name in way if name not in known)

    def _missing_inputs(self, operation: DocumentedOperation) -> Iterator[str]:
        declared = [self._document.resolve(one) for one in self._parameters(operation)]
        in_path = {str(one.get("name")) for one in declared if one.get("in") == "path"}
        yield from (f"the path parameter {name!r}" for name in operation.parameter_names if name not in in_path)
        in_query = {str(one.get("name")) for one in declared if one.get("in") == "query"}
        unsaid = sorted({*self._taken.get(operation.label, ())} - in_query)
        yield from (f"the query parameter {name!r}, which it took" for name in unsaid)
        for one in declared:
            said = f"the {one.get('in')} parameter {one.get('name')!r}"
            if not _is_text(one.get("description")):
                yield f"a description of {said}"
            if not one.get("schema") and not one.get("content"):
                yield f"a schema of {said}"
        if "requestBody" in operation.content:
            body = self._document.resolve(operation.content["requestBody"])
            content = body.get("content", {})
            if not content or not all(media.get("schema") for media in content.values()):
                yield "a schema of its body"

    def _missing_errors(self, operation: DocumentedOperation) -> Iterator[str]:
        responses = operation.content.get("responses", {})
        kinds = {self._settle(Response(int(status))) for status in responses if status.isdecimal()}
        for kind, reason in self._owed(operation):
            if kind not in kinds:
                yield f"an answer of the kind {str(kind)!r}, as {reason}"
        told = {int(status) for status in responses if status.isdecimal()}
        yield from (
            f"the answer {one}, which it gave" for one in sorted({*self._refused.get(operation.label, ())} - told)
        )
        for status, said in responses.items():
            response = self._document.resolve(said)
            if not _is_text(response.get("description")):
                yield f"a description of the answer {status}"
            if status.isdecimal() and self._settle(Response(int(status))) in ERRORS:
                media = response.get("content", {}).get(MEDIA_TYPE)
                if not (isinstance(media, Mapping) and media.get("schema")):
                    yield f"a schema of {MEDIA_TYPE} for the answer {status}"

    def _owed(self, operation: DocumentedOperation) -> Iterator[tuple[AnswerKind, str]]:
        security = self._document.security_of(operation)
        if security and {} not in security:
            yield AnswerKind.UNAUTHENTICATED, "it takes credentials"
        if operation.label in self._forbidding:
            yield AnswerKind.FORBIDDEN, "it refuses a customer"
        if operation.parameter_names:
            yield AnswerKind.NOT_FOUND, "its path names a thing"
        if "requestBody" in operation.content:
            yield AnswerKind.INVALID, "it takes a body"
        elif any(self._is_bounded(one) for one in self._parameters(operation)):
            yield AnswerKind.INVALID, "its parameters can be wrong"
        if self._budgeted:
            yield AnswerKind.BUDGET, "the target has limits"

    def _is_bounded(self, parameter: Mapping[str, Any]) -> bool:
        """Tell if a value of a parameter beside the path can be one that its schema excludes."""
        one = self._document.resolve(parameter)
        schema = one.get("schema", {})
        if one.get("in") not in {"query", "header"} or not isinstance(schema, Mapping):
            return False
        resolved = self._document.resolve(schema)
        return (
            one.get("required") is True
            or resolved.get("type", "string") != "string"
            or bool({*resolved} - {"type", "description", "title", "default", "example", "examples"})
        )

    def _parameters(self, operation: DocumentedOperation) -> tuple[Mapping[str, Any], ...]:
        return (*operation.shared_parameters, *operation.content.get("parameters", ()))


ERRORS: Final = frozenset(AnswerKind) - {AnswerKind.DONE, AnswerKind.UNKNOWN}


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())
