"""The target's OpenAPI document as checks read it: its operations, which of them a request is, its schemas."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from spec.target.exchange import Request, UnexpectedAnswer

METHODS: Final = ("get", "put", "post", "delete", "patch")
JSON: Final = "application/json"


@dataclass(frozen=True, slots=True)
class DocumentedOperation:
    """One operation of the document. `path` is its template, the base path of the document's server included."""

    method: str
    path: str
    content: Mapping[str, Any]
    shared_parameters: Sequence[Mapping[str, Any]] = ()
    """Parameters that the document gives for all operations of the path."""

    @property
    def label(self) -> str:
        """Its name in reports."""
        return f"{self.method} {self.path}"

    def matches(self, method: str, path: str) -> bool:
        """Tell if a request is one of this operation."""
        return method.upper() == self.method and self._pattern.fullmatch(path) is not None

    def parameters_in(self, path: str) -> dict[str, str]:
        """Return the parameters of the template in a path that matches it; empty where none does."""
        found = self._pattern.fullmatch(path)
        return dict(zip(self.parameter_names, found.groups(), strict=True)) if found else {}

    @property
    def parameter_names(self) -> list[str]:
        """The parameters of the template in their order."""
        return re.findall(r"\{([^}]+)\}", self.path)

    @property
    def _pattern(self) -> re.Pattern[str]:
        parts = re.split(r"\{[^}]+\}", self.path)
        return re.compile("([^/]+)".join(map(re.escape, parts)))


class Document:
    """An OpenAPI document (3.0 or 3.1)."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        """Read the document. Raises UnexpectedAnswer where its paths or servers are no OpenAPI at all."""
        self.content = content
        servers = content.get("servers") or [{}]
        paths = content.get("paths", {})
        if not (isinstance(servers, list) and all(isinstance(one, dict) for one in servers)):
            raise UnexpectedAnswer("a list of objects in 'servers'", repr(servers)[:80])
        if not (isinstance(paths, dict) and all(isinstance(one, dict) for one in paths.values())):
            raise UnexpectedAnswer("an object of objects in 'paths'", repr(paths)[:80])
        self._base = urlsplit(str(servers[0].get("url", ""))).path.rstrip("/")

    @property
    def base(self) -> str:
        """The path of the document's first server, with which every path of an operation begins."""
        return self._base

    @property
    def operations(self) -> tuple[DocumentedOperation, ...]:
        """All operations in the order of the document."""
        return tuple(self._operations())

    def _operations(self) -> Iterator[DocumentedOperation]:
        for path, item in self.content.get("paths", {}).items():
            for method in METHODS:
                if method in item:
                    shared = item.get("parameters", ())
                    yield DocumentedOperation(method.upper(), self._base + path, item[method], shared)

    def find(self, request: Request) -> DocumentedOperation | None:
        """The operation that a request is one of. A template with fewer parameters goes first: /me before /{id}."""
        path = request.path.partition("?")[0]
        found = [one for one in self.operations if one.matches(request.method, path)]
        return min(found, key=lambda one: len(one.parameter_names), default=None)

    def body_schema(self, operation: DocumentedOperation) -> Mapping[str, Any] | None:
        """The schema of the JSON body, or None where the operation takes none."""
        body = self.resolve(operation.content.get("requestBody", {}))
        media = body.get("content", {}).get(JSON)
        return self.resolve(media.get("schema", {})) if media else None

    def body_examples(self, operation: DocumentedOperation) -> list[Any]:
        """The examples of the JSON body that the document gives."""
        body = self.resolve(operation.content.get("requestBody", {}))
        media = body.get("content", {}).get(JSON, {})
        named = [self.resolve(one) for one in media.get("examples", {}).values()]
        found = [one["value"] for one in named if "value" in one]
        return [*found, media["example"]] if "example" in media else found

    def resolve(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        """The schema without a reference at its top, and without an allOf of one member."""
        while True:
            if "$ref" in schema:
                target: Any = self.content
                for name in str(schema["$ref"]).removeprefix("#/").split("/"):
                    target = target[name.replace("~1", "/").replace("~0", "~")]
                schema = {**target, **{key: value for key, value in schema.items() if key != "$ref"}}
            elif len(schema.get("allOf", [])) == 1:
                rest = {key: value for key, value in schema.items() if key != "allOf"}
                schema = {**schema["allOf"][0], **rest}
            else:
                return schema
