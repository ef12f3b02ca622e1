"""Between the dataclasses of the model and JSON: one rule a kind of type, none for a single class.

JSON has no infinity, and a latency that never ended is one: infinite numbers are the strings "Infinity" and
"-Infinity". NaN is refused.
"""

from __future__ import annotations

import math
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from enum import StrEnum
from types import NoneType, UnionType
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

from reports.results.errors import ResultsError

T = TypeVar("T")

_INFINITIES = {"Infinity": math.inf, "-Infinity": -math.inf}


def encode(value: object) -> object:
    """Return `value` as what the `json` module writes. Raises ResultsError for NaN and for a naive datetime."""
    if is_dataclass(value):
        return {field.name: encode(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, datetime):
        return _encode_time(value)
    if isinstance(value, float):
        return _encode_number(value)
    if isinstance(value, dict):
        return {str(key): encode(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [encode(item) for item in value]
    return str(value) if isinstance(value, StrEnum) else value


def decode(kind: type[T], document: object) -> T:
    """Build a `kind` from a document that was checked against the schema.

    What a later version has added and the document lacks gets its default, so old results stay readable.
    """
    return cast("T", _decode(kind, document))


def _encode_time(value: datetime) -> str:
    if value.tzinfo is None:
        raise ResultsError(f"The time {value.isoformat()} has no time zone; results hold aware datetimes in UTC.")
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _encode_number(value: float) -> float | str:
    if math.isnan(value):
        raise ResultsError("A figure is NaN; results hold numbers, infinities, or nothing at all.")
    return value if math.isfinite(value) else ("Infinity" if value > 0 else "-Infinity")


def _decode(kind: Any, document: Any) -> object:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is not None:
        return _decode_generic(origin, arguments, document)
    if is_dataclass(kind):
        model = cast("type[Any]", kind)
        hints = get_type_hints(model).items()
        return model(**{name: _decode(hint, document[name]) for name, hint in hints if name in document})
    if kind is datetime:
        return datetime.fromisoformat(document)
    if kind is float:
        return _INFINITIES[document] if isinstance(document, str) else float(document)
    return kind(document)


def _decode_generic(origin: object, arguments: tuple[Any, ...], document: Any) -> object:
    if origin is list:
        return [_decode(arguments[0], item) for item in document]
    if origin is dict:
        return {_decode(arguments[0], key): _decode(arguments[1], item) for key, item in document.items()}
    if origin is tuple:
        return tuple(_decode(argument, item) for argument, item in zip(arguments, document, strict=True))
    if origin is UnionType:
        (inner,) = (argument for argument in arguments if argument is not NoneType)
        return None if document is None else _decode(inner, document)
    return document  # a Literal; the schema has checked its values
