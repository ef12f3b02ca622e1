"""Answers of servers that are no shop: the kinds of null, and the answer of each to any request."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

JSON: Final = "application/json"


class HttpNull(StrEnum):
    """The ways in which a server can answer without being a shop."""

    CONSTANT_200 = "constant-200"
    ALWAYS_500 = "always-500"
    EMPTY_404 = "empty-404"
    ECHO = "echo"
    EXAMPLES = "examples"
    """Answers made from the OpenAPI document: the documented success with its example."""


@dataclass(frozen=True, slots=True)
class NullAnswer:
    """Status, media type and body."""

    status: int
    media_type: str
    body: bytes


def answer(kind: HttpNull, method: str, path: str, body: bytes, document: Mapping[str, object]) -> NullAnswer:
    """Return the null's answer to a request; EXAMPLES answers from `document`, an OpenAPI document."""
    match kind:
        case HttpNull.CONSTANT_200:
            return NullAnswer(200, JSON, b'{"status": "ok", "results": [], "next": null}')
        case HttpNull.ALWAYS_500:
            return NullAnswer(500, JSON, b'{"status": "error"}')
        case HttpNull.EMPTY_404:
            return NullAnswer(404, JSON, b"")
        case HttpNull.ECHO:
            return NullAnswer(200, JSON, body or json.dumps({"method": method, "path": path}).encode())
        case HttpNull.EXAMPLES:
            return _example(method, path.partition("?")[0], document)


def _example(method: str, path: str, document: Mapping[str, object]) -> NullAnswer:
    operation = _find_operation(method, path, document)
    responses = operation.get("responses", {})
    if isinstance(responses, dict):
        for status, response in sorted(responses.items()):
            if status.startswith("2"):
                content = _resolve(response, document).get("content", {})
                media = content.get(JSON) if isinstance(content, dict) else None
                if not isinstance(media, dict):
                    return NullAnswer(int(status), JSON, b"")
                return NullAnswer(int(status), JSON, json.dumps(_media_example(media, document)).encode())
    return NullAnswer(200, JSON, b"{}")


def _find_operation(method: str, path: str, document: Mapping[str, object]) -> Mapping[str, object]:
    paths = document.get("paths", {})
    if isinstance(paths, dict):
        for template, item in paths.items():
            pattern = re.sub(r"\{[^/]+\}", "[^/]+", _base(document) + template)
            if re.fullmatch(pattern, path) and isinstance(item, dict):
                operation = item.get(method.lower())
                if isinstance(operation, dict):
                    return operation
    return {}


def _base(document: Mapping[str, object]) -> str:
    """Return the path of the document's first server."""
    servers = document.get("servers")
    first = servers[0] if isinstance(servers, list) and servers else {}
    return urlsplit(str(first.get("url", ""))).path.rstrip("/") if isinstance(first, dict) else ""


def _media_example(media: Mapping[str, object], document: Mapping[str, object]) -> object:
    if "example" in media:
        return media["example"]
    examples = media.get("examples")
    if isinstance(examples, dict) and examples:
        first = _resolve(next(iter(examples.values())), document)
        return first.get("value")
    return _from_schema(media.get("schema", {}), document, depth=0)


def _from_schema(schema: object, document: Mapping[str, object], depth: int) -> object:
    """Return a value that the schema allows, as a mock server would make it."""
    resolved = _resolve(schema, document)
    for keyword in ("example", "default", "const"):
        if keyword in resolved:
            return resolved[keyword]
    for keyword in ("examples", "enum"):
        values = resolved.get(keyword)
        if isinstance(values, list) and values:
            return values[0]
    for keyword in ("allOf", "oneOf", "anyOf"):
        parts = resolved.get(keyword)
        if isinstance(parts, list) and parts:
            return _from_schema(parts[0], document, depth + 1)
    kind = resolved.get("type")
    kind = next((one for one in kind if one != "null"), "null") if isinstance(kind, list) else kind
    if kind == "object" and depth < 8:
        properties = resolved.get("properties", {})
        members = properties.items() if isinstance(properties, dict) else ()
        return {name: _from_schema(member, document, depth + 1) for name, member in members}
    if kind == "array" and depth < 8:
        return [_from_schema(resolved.get("items", {}), document, depth + 1)]
    simple: dict[object, object] = {"integer": 1, "number": 1.0, "boolean": True, "string": "text", "null": None}
    return simple.get(kind)


def _resolve(value: object, document: Mapping[str, object]) -> Mapping[str, object]:
    """Return the object that a reference inside the document points at."""
    for _ in range(10):
        if not isinstance(value, dict):
            return {}
        reference = value.get("$ref")
        if not isinstance(reference, str):
            return value
        found: object = document
        for part in reference.removeprefix("#/").split("/"):
            found = found.get(part, {}) if isinstance(found, dict) else {}
        value = found
    return {}
