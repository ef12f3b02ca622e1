"""Classes of odd values, found in the body, the query and the path of a request."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import parse_qsl

LONG: Final = 200
LARGE: Final = 2**31
_FORMS: Final = (b"{", b"[")


def read_json(body: bytes) -> Any:
    """Read a body as JSON; None where it is none."""
    try:
        return json.loads(body) if body.lstrip()[:1] in _FORMS else None
    except (ValueError, RecursionError):
        return None


def value_classes(body: bytes) -> Iterator[str]:
    """Name the classes of the odd values in a body."""
    if not body:
        return
    content = read_json(body)
    if content is None:
        yield "a body that is no JSON object"
        return
    if isinstance(content, list):
        yield "a list as the body"
    for leaf in _leaves(content):
        yield from _classes(leaf)


def _leaves(content: Any) -> Iterator[Any]:
    if isinstance(content, dict):
        for value in content.values():
            yield from _leaves(value)
        if not content:
            yield {}
    elif isinstance(content, list):
        for value in content:
            yield from _leaves(value)
        yield []
    else:
        yield content


def _classes(leaf: Any) -> Iterator[str]:
    match leaf:
        case None:
            yield "null"
        case bool():
            yield "a boolean"
        case {}:
            yield "an empty object"
        case []:
            yield "a list"
        case int() | float():
            yield from _numbers(leaf)
        case str():
            yield from _texts(leaf)


def _numbers(number: float) -> Iterator[str]:
    if number <= 0:
        yield "zero" if number == 0 else "a negative number"
    if isinstance(number, float):
        yield "a fraction"
    if abs(number) >= LARGE:
        yield "a large number"


def _texts(text: str) -> Iterator[str]:
    if not text.strip():
        yield "an empty text"
    if len(text) > LONG:
        yield "a long text"
    if not text.isascii():
        yield "a text beyond ASCII"
    if "\0" in text:
        yield "a text with NUL"
    if text.lstrip("-").replace(".", "", 1).isdigit():
        yield "a number as text"


def query_classes(query: str) -> Iterator[str]:
    """Name the classes of the odd values in a query."""
    for name, value in parse_qsl(query, keep_blank_values=True):
        if not value:
            yield "an empty value in the query"
        elif name == "page_size" and not (value.isascii() and value.isdigit() and 0 < int(value) <= 100):
            yield "a page size out of bounds"
        elif not value.isascii():
            yield "a query beyond ASCII"
        elif "\0" in value:
            yield "a query with NUL"


def id_classes(path: str, route: str) -> Iterator[str]:
    """Name the classes of the odd ids in a path, place by place of its route."""
    for template, part in zip(route.split("/"), path.split("/"), strict=False):
        if template != "{}":
            continue
        if not (part.isascii() and part.isdigit()):
            yield "an id that is no number"
        elif int(part) == 0:
            yield "the id zero"
        elif int(part) >= LARGE:
            yield "a large id"
