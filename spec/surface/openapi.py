"""The target's OpenAPI document as checks read it: its operations, which of them a request is, its schemas."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from jsonpointer import unescape

from spec.checking.outcomes import Blocked
from spec.target.exchange import Request, UnexpectedAnswer
from spec.target.shop import Shop

METHODS: Final = ("get", "put", "post", "delete", "patch")
JSON: Final = "application/json"


@dataclass(frozen=True, slots=True)
class DocumentedOperation:
    """One operation of the document. `path` is its template from the target's host on."""

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
        return _pattern_of(self.path)


@lru_cache(maxsize=4096)
def _pattern_of(template: str) -> re.Pattern[str]:
    """Return what the paths of a template look like. Every exchange of a run is looked up, so it is made once."""
    parts = re.split(r"\{[^}]+\}", template)
    return re.compile("([^/]+)".join(map(re.escape, parts)))


class Document:
    """An OpenAPI document (3.0 or 3.1)."""

    def __init__(self, content: Mapping[str, Any], base_path: str = "") -> None:
        """Read the document of a target whose base URL has this path.

        Raises UnexpectedAnswer where its paths or servers are no OpenAPI at all.
        """
        servers = content.get("servers") or [{"url": base_path}]
        paths = content.get("paths", {})
        if not (isinstance(servers, list) and all(isinstance(one, dict) for one in servers)):
            raise UnexpectedAnswer("a list of objects in 'servers'", repr(servers)[:80])
        if not (isinstance(paths, dict) and all(isinstance(one, dict) for one in paths.values())):
            raise UnexpectedAnswer("an object of objects in 'paths'", repr(paths)[:80])
        self._base_path = base_path
        self._base = _server_path(str(servers[0].get("url", "")), base_path)
        # The paths of its operations, from the target's host on, for whatever reads the content itself.
        self.content: Mapping[str, Any] = {**content, "servers": [{"url": self._base or "/"}]}

    @cached_property
    def base(self) -> str:
        """The path with which every path of an operation begins.

        It is that of the document's first server; where that says no more than the target's base URL, which two
        versions then have in common, it is the beginning that all paths of the document share.
        """
        if self._base != self._base_path or not self.content.get("paths"):
            return self._base
        fixed = [posixpath.dirname(path.partition("{")[0]) for path in self.content["paths"]]
        rooted = all(one.startswith("/") for one in fixed)
        return self._base + posixpath.commonpath(fixed).rstrip("/") if rooted else self._base

    @cached_property
    def operations(self) -> tuple[DocumentedOperation, ...]:
        """All operations in the order of the document."""
        return tuple(self._operations())

    @property
    def is_deprecated(self) -> bool:
        """Tell if the document calls each of its operations deprecated, and has any."""
        operations = self.operations
        return bool(operations) and all(one.content.get("deprecated") is True for one in operations)

    def _operations(self) -> Iterator[DocumentedOperation]:
        for path, stated in self.content.get("paths", {}).items():
            try:
                item = self.resolve(stated)
            except UnexpectedAnswer:
                continue  # a reference to nowhere, of which DOC-001 tells
            for method in METHODS:
                if isinstance(item.get(method), Mapping):
                    base = self._base_of(item[method], item)
                    yield DocumentedOperation(method.upper(), base + path, item[method], item.get("parameters", ()))

    def _base_of(self, *holders: Mapping[str, Any]) -> str:
        """Return the path of the servers that an operation or its path names in the place of the document's own."""
        for one in holders:
            servers = one.get("servers")
            if isinstance(servers, list) and servers and isinstance(servers[0], Mapping):
                return _server_path(str(servers[0].get("url", "")), self._base_path)
        return self._base

    def find(self, request: Request) -> DocumentedOperation | None:
        """Find the operation that a request is one of: of two, the one with fewer parameters (/me before /{id})."""
        path = self.path_of(request)
        found = [one for one in self.operations if one.matches(request.method, path)]
        return min(found, key=lambda one: len(one.parameter_names), default=None)

    def path_of(self, request: Request) -> str:
        """Return the path of a request from the target's host on, without its query."""
        path = request.path.partition("?")[0]
        return path if request.from_origin else self._base_path + path

    def security_of(self, operation: DocumentedOperation) -> list[Mapping[str, Any]] | None:
        """Return the ways to be let into an operation: its own, else the document's; None where neither states any."""
        declared = operation.content.get("security", self.content.get("security"))
        return declared if isinstance(declared, list) else None

    def needs_credentials(self, operation: DocumentedOperation) -> bool:
        """Tell if an operation takes credentials. An empty way allows a call without (OpenAPI 3.1 §4.8.30)."""
        ways = self.security_of(operation)
        return bool(ways) and all(ways or ())

    def body_schema(self, operation: DocumentedOperation) -> Mapping[str, Any] | None:
        """Return the schema of the JSON body, or None where the operation takes none."""
        body = self.resolve(operation.content.get("requestBody", {}))
        media = body.get("content", {}).get(JSON)
        return self.resolve(media.get("schema", {})) if media else None

    def body_examples(self, operation: DocumentedOperation) -> list[Any]:
        """List the examples of the JSON body that the document gives."""
        body = self.resolve(operation.content.get("requestBody", {}))
        media = body.get("content", {}).get(JSON, {})
        named = [self.resolve(one) for one in media.get("examples", {}).values()]
        found = [one["value"] for one in named if "value" in one]
        return [*found, media["example"]] if "example" in media else found

    def holds(self, reference: str) -> bool:
        """Tell if there is anything in the document at a reference."""
        try:
            self.look_up(reference)
        except UnexpectedAnswer:
            return False
        return True

    def look_up(self, reference: str) -> Any:
        """Return the part of the document at a reference (RFC 6901, as a fragment). Another document is never read.

        Raises UnexpectedAnswer where there is nothing at that place, or the place is outside of the document.
        """
        mark, _, pointer = reference.partition("#")
        found: Any = self.content
        try:
            if mark:
                raise LookupError(reference)
            if pointer and not pointer.startswith("/"):
                return _anchored(self.content, pointer)
            for step in unquote(pointer).split("/")[1:]:
                name = unescape(step)
                found = found[int(name)] if isinstance(found, list) else found[name]
        except (LookupError, TypeError, ValueError) as error:
            raise UnexpectedAnswer("a reference to a place in the document", reference[:80]) from error
        return found

    def resolve_or_empty(self, part: Any) -> Mapping[str, Any]:
        """Return a part as `resolve` does; nothing for one that is no object or leads nowhere: DOC-001 tells of it."""
        try:
            return self.resolve(part) if isinstance(part, Mapping) else {}
        except UnexpectedAnswer:
            return {}

    def resolve(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the schema without a reference at its top, and without an allOf of one member.

        Raises UnexpectedAnswer for a reference that leads nowhere, out of the document, or back to itself.
        """
        followed: set[str] = set()
        while True:
            if "$ref" in schema:
                reference = str(schema["$ref"])
                target = self.look_up(reference)
                if not isinstance(target, Mapping) or reference in followed:
                    raise UnexpectedAnswer("a reference to an object of the document", reference[:80])
                followed.add(reference)
                schema = {**target, **{key: value for key, value in schema.items() if key != "$ref"}}
            elif len(schema.get("allOf", [])) == 1 and isinstance(schema["allOf"][0], Mapping):
                rest = {key: value for key, value in schema.items() if key != "allOf"}
                schema = {**schema["allOf"][0], **rest}
            else:
                return schema


def _anchored(content: Any, name: str) -> Any:
    """Return the schema with an anchor of this name (JSON Schema 2020-12). Raises LookupError where there is none."""
    waiting = [content]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Mapping):
            if name in (node.get("$anchor"), node.get("$dynamicAnchor")):
                return node
            waiting += node.values()
        elif isinstance(node, list):
            waiting += node
    raise LookupError(name)


def _server_path(url: str, base_path: str) -> str:
    """Return the path of a server's URL; one without a root is taken from the target's base URL on."""
    parts = urlsplit(url)
    path = parts.path if parts.netloc or parts.path.startswith("/") else f"{base_path}/{parts.path}"
    return path.rstrip("/")


def find_document(shop: Shop) -> Document | None:
    """Read the current version's document: as the target serves it, else from the profile's `openapi_file`.

    None where there is neither. Raises PreparationFailed where the target offers one and does not serve it, and
    Blocked where the file holds none.
    """
    if shop.verbs.offers("openapi_document"):
        return Document(shop.visitor().must(shop.verbs.openapi_document()), shop.endpoint.base_path)
    file = shop.profile.policies.get("openapi_file")
    if file is None:
        return None
    try:
        content = json.loads(Path(str(file)).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Blocked(f"{file}: the profile's openapi_file cannot be read as JSON ({error})") from error
    if not isinstance(content, dict):
        raise Blocked(f"{file}: the profile's openapi_file has to hold a JSON object")
    return Document(content, shop.endpoint.base_path)
