"""Find what an OpenAPI document takes away from clients that were built against an earlier one.

Of a request all that the earlier document allows has to be allowed still; of an answer all that comes now has to be
something that the earlier document allows, with every member that it names. More operations, optional inputs, members
and refusals are welcome.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeAlias

from spec.checks.support.schema_containment import Containment
from spec.surface.openapi import Document, DocumentedOperation

Key: TypeAlias = tuple[str, str]
_PARAMETER: Final = re.compile(r"\{[^}]+\}")


def find_incompatibilities(earlier: Document, later: Document) -> Iterator[str]:
    """Yield what breaks a client of the earlier document, each with the operation and the place."""
    offered = {_key(one): one for one in later.operations}
    for operation in earlier.operations:
        found = offered.get(_key(operation))
        if found is None:
            yield f"{operation.label} is gone"
            continue
        comparison = OperationComparison(earlier, later, operation, found)
        yield from (f"{operation.label}: {one}" for one in comparison.incompatibilities())


def _key(operation: DocumentedOperation) -> Key:
    return operation.method, _PARAMETER.sub("{}", operation.path)


class OperationComparison:
    """One operation of both documents."""

    def __init__(
        self, earlier: Document, later: Document, before: DocumentedOperation, now: DocumentedOperation
    ) -> None:
        self._earlier, self._later = earlier, later
        self._before, self._now = before, now
        self._inputs = Containment(inner=earlier, outer=later)
        self._outputs = Containment(inner=later, outer=earlier, keeps_members=True)

    def incompatibilities(self) -> Iterator[str]:
        """Yield what breaks a client of the earlier operation."""
        yield from self._of_security()
        yield from self._of_parameters()
        yield from self._of_body()
        yield from self._of_responses()

    def _of_security(self) -> Iterator[str]:
        before = self._earlier.security_of(self._before) or [{}]
        now = self._later.security_of(self._now) or [{}]
        for way in before:
            if not any(_asks_no_more(one, way) for one in now):
                yield f"credentials {_names(way)} are no longer enough"

    def _of_parameters(self) -> Iterator[str]:
        before, now = _parameters(self._earlier, self._before), _parameters(self._later, self._now)
        for key, one in now.items():
            if one.get("required") is True and before.get(key, {}).get("required") is not True:
                yield f"the {_said(key)} is required now"
        for key, one in before.items():
            if key not in now:
                yield f"the {_said(key)} is gone"
                continue
            for keyword in ("style", "explode"):
                if one.get(keyword) != now[key].get(keyword):
                    yield f"the {_said(key)} is written in another {keyword}"
            schemas = _schema(self._earlier, one), _schema(self._later, now[key])
            for widening in self._inputs.widenings(*schemas):
                yield f"the {_said(key)} is narrower, {widening}"

    def _of_body(self) -> Iterator[str]:
        before = self._earlier.resolve(self._before.content.get("requestBody", {}))
        now = self._later.resolve(self._now.content.get("requestBody", {}))
        if now.get("required") is True and before.get("required") is not True:
            yield "the body is required now"
        offered = now.get("content", {})
        for media_type, media in before.get("content", {}).items():
            if media_type not in offered:
                yield f"a body of {media_type} is no longer taken"
                continue
            schemas = media.get("schema", {}), offered[media_type].get("schema", {})
            yield from (f"the body is narrower, {one}" for one in self._inputs.widenings(*schemas))

    def _of_responses(self) -> Iterator[str]:
        now = self._now.content.get("responses", {})
        for status, said in self._before.content.get("responses", {}).items():
            if status not in now:
                if status.startswith("2"):
                    yield f"the answer {status} is gone"
                continue
            before, later = self._earlier.resolve(said), self._later.resolve(now[status])
            yield from (f"the answer {status} {one}" for one in self._of_response(before, later))

    def _of_response(self, before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
        headers = {name.lower(): self._later.resolve(one) for name, one in now.get("headers", {}).items()}
        for name, said in before.get("headers", {}).items():
            promised = self._earlier.resolve(said).get("required") is True
            if promised and headers.get(name.lower(), {}).get("required") is not True:
                yield f"may lack the header {name}"
        given, known = now.get("content", {}), before.get("content", {})
        for media_type in known:
            if media_type not in given:
                yield f"no longer comes as {media_type}"
        for media_type in known.keys() & given.keys():
            schemas = given[media_type].get("schema", {}), known[media_type].get("schema", {})
            yield from (f"is wider, {one}" for one in self._outputs.widenings(*schemas))


def _asks_no_more(now: Mapping[str, Any], before: Mapping[str, Any]) -> bool:
    """Tell if each scheme and scope that is asked for was asked for before."""
    return all(name in before and set(scopes) <= set(before[name]) for name, scopes in now.items())


def _parameters(document: Document, operation: DocumentedOperation) -> dict[Key, Mapping[str, Any]]:
    """Return the parameters by place and name: those of a path by their position, which a client does not name."""
    found: dict[Key, Mapping[str, Any]] = {}
    for said in (*operation.shared_parameters, *operation.content.get("parameters", ())):
        one = document.resolve(said)
        place, name = str(one.get("in")), str(one.get("name"))
        if place == "path" and name in operation.parameter_names:
            name = f"number {operation.parameter_names.index(name) + 1}"
        found[place, name.lower() if place == "header" else name] = one
    return found


def _schema(document: Document, parameter: Mapping[str, Any]) -> Any:
    """Return the schema of a parameter; that of its media type where it has one."""
    if "schema" in parameter:
        return parameter["schema"]
    return next((document.resolve(one).get("schema", {}) for one in parameter.get("content", {}).values()), {})


def _said(key: Key) -> str:
    return f"{key[0]} parameter {key[1]}"


def _names(way: Mapping[str, Any]) -> str:
    return " and ".join(way) or "of nobody"
