"""Mutations of a request: each value in it replaced by values of every odd class, one at a time.

The request is a verb's own, so its fields, parameters and ids are a schema without a document. Where a value sits is
found in the request itself: members of a JSON body, fields of a form, parameters of the query, ids in the path.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import parse_qsl, quote, unquote, urlencode

from spec.surface.json_places import DELETED, list_pointers, read_at, replace_at
from spec.target.exchange import UNSET, Request

JSON: Final = "application/json"
FORM: Final = "application/x-www-form-urlencoded"
RAW: Final = "\ue000raw\ue000"
"""Stands in a body for text that no JSON encoder writes."""

NUMBERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "zero": "0",
        "huge number": "9" * 40,
        "fraction": "1.5",
        "infinite": "1e999",
        "not a number": "NaN",
    }
)
"""Texts for places in which a number stands, spelt as text or not."""
TEXTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "empty": "",
        "blank": " ",
        "negative": "-1",
        "word": "no-number",
        "NUL": "a\u0000b",
        "half a surrogate": "a\ud800b",
        "control": "a\u001b\r\nb",
        "unicode": "\u202e𝔘🛒\u0301",
        "quotes": "'\";--\\%",
        "long": "x" * 3000,
    }
)
"""Texts for every place, in query, path and form as in a body."""
VALUES: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "missing": DELETED,
        "null": None,
        "truth": True,
        "zero": 0,
        "negative": -1,
        "fraction": 1.5,
        "huge number": 10**40,
        "empty list": [],
        "object": {"a": 1},
        "long": "x" * 100_000,
    }
)
"""Values for a member of a JSON body."""
RAW_VALUES: Final[Mapping[str, str]] = MappingProxyType(
    {"infinite number": "1e999", "no JSON number": "NaN", "deep": "[" * 5000 + "]" * 5000}
)
"""Values that are spelt as they stand here."""
BODIES: Final[Mapping[str, bytes]] = MappingProxyType(
    {
        "no body": b"",
        "half a body": b'{"a": ',
        "a list": b"[]",
        "null": b"null",
        "a text": b'"a"',
        "a number": b"1",
        "no UTF-8": b'{"a": "\xff\xfe"}',
        "a NUL": b"\x00",
    }
)


@dataclass(frozen=True, slots=True)
class Mutation:
    """One change of a request: the value at a place becomes one of a class."""

    place: str
    kind: str
    change: Callable[[Request], Request]

    @property
    def described(self) -> str:
        """The class of the odd value and its place, in words."""
        return f"{self.kind} in place of the value at {self.place}" if self.place != "body" else f"{self.kind} as body"


def list_mutations(request: Request, ids: Sequence[str] = ()) -> Iterator[Mutation]:
    """List the mutations of a request; `ids` are those of its values that may stand in its path."""
    yield from _mutate_path(request, ids)
    for name, value in dict(request.query).items():
        yield from _mutate_parameter(name, value)
    if request.body is None and request.json is not UNSET:
        yield from _mutate_json(request)
    for name, value in dict(read_form(request)).items():
        for kind, text in _texts_for(value).items():
            yield Mutation(f"field {name}", kind, _form_change(name, text))


def _mutate_json(request: Request) -> Iterator[Mutation]:
    for pointer in list_pointers(request.json):
        right = read_at(request.json, pointer)
        in_text = {f"{kind} in text": text for kind, text in _texts_for(right).items() if kind != "long"}
        for kind, value in {**VALUES, **in_text, "in a list": [right]}.items():
            yield Mutation(pointer, kind, _json_change(pointer, value))
        for kind, text in RAW_VALUES.items():
            yield Mutation(pointer, kind, _json_change(pointer, RAW, text))
    for kind, body in BODIES.items():
        yield Mutation("body", kind, _body_change(body))


def _texts_for(right: object) -> dict[str, str]:
    """Choose the texts for a place by the value that is right there."""
    try:
        float(str(right))
    except ValueError:
        return dict(TEXTS)
    return {**TEXTS, **NUMBERS}


def _mutate_parameter(name: str, right: str) -> Iterator[Mutation]:
    place = f"?{name}"
    for kind, text in _texts_for(right).items():
        yield Mutation(place, kind, _query_change(name, [text]))
    yield Mutation(place, "missing", _query_change(name, []))
    yield Mutation(place, "twice", _query_change(name, ["1", "a"]))


def _mutate_path(request: Request, ids: Sequence[str]) -> Iterator[Mutation]:
    for place, segment in enumerate(request.path.split("/")):
        if unquote(segment) in ids:
            for kind, text in _texts_for(unquote(segment)).items():
                yield Mutation(f"path part {place}", kind, _path_change(place, text))


def _json_change(pointer: str, value: Any, spelt: str = "") -> Callable[[Request], Request]:
    def change(request: Request) -> Request:
        content = replace_at(request.json, pointer, value)
        if content is UNSET:
            return replace(request, json=UNSET)
        # ASCII alone: half a surrogate can only be written as an escape.
        text = json.dumps(content).replace(json.dumps(RAW), spelt)
        return _with_body(request, text.encode(), JSON)

    return change


def _body_change(body: bytes) -> Callable[[Request], Request]:
    return lambda request: _with_body(request, body, JSON)


def _form_change(name: str, text: str) -> Callable[[Request], Request]:
    def change(request: Request) -> Request:
        fields = [(one, text if one == name else value) for one, value in read_form(request)]
        return replace(request, body=_encode(fields).encode())

    return change


def _query_change(name: str, values: Sequence[str]) -> Callable[[Request], Request]:
    def change(request: Request) -> Request:
        pairs = [pair for pair in request.query if pair[0] != name] + [(name, value) for value in values]
        # Spelt here: half a surrogate is no text that a request could encode.
        return replace(request, path=f"{request.path}?{_encode(pairs)}" if pairs else request.path, query=())

    return change


def _path_change(place: int, text: str) -> Callable[[Request], Request]:
    def change(request: Request) -> Request:
        parts = request.path.split("/")
        if place < len(parts):
            parts[place] = quote(text, safe="", errors="surrogatepass")
        return replace(request, path="/".join(parts))

    return change


def _encode(pairs: Sequence[tuple[str, str]]) -> str:
    return urlencode(pairs, errors="surrogatepass")


def is_form(request: Request) -> bool:
    """Tell if the body is a form."""
    types = [value for name, value in request.headers if name.lower() == "content-type"]
    return any(value.partition(";")[0].strip().lower() == FORM for value in types)


def read_form(request: Request) -> list[tuple[str, str]]:
    """List the fields of a form with their values; none where the body is no form."""
    return parse_qsl((request.body or b"").decode(), keep_blank_values=True) if is_form(request) else []


def _with_body(request: Request, body: bytes, media_type: str) -> Request:
    typed = any(name.lower() == "content-type" for name, _ in request.headers)
    return replace(request if typed else request.with_header("Content-Type", media_type), json=UNSET, body=body)
