"""Every class of wrong value that a field's schema excludes, and a right value where the schema allows to make one.

The classes are those of the requirement: type, range, length, format, enum, null, missing. A class counts for a field
only where the schema excludes something by it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from jsonpointer import escape

from spec.surface.json_places import DELETED
from spec.surface.openapi import Document

SAMPLES: Final[Mapping[str, tuple[Any, ...]]] = {
    "string": ("5",),
    "integer": (5,),
    "number": (1.5,),
    "boolean": (True,),
    "array": ([],),
    "object": ({"a": 1},),
}
"""A value of each JSON type. 1.5 is no integer, and an integer is a number (JSON Schema 2020-12, 6.1.1)."""
WRONG_FORMATS: Final = {
    "email": "no address", "date": "2026-02-30", "date-time": "yesterday", "uri": "not a uri", "uuid": "not-a-uuid",
    "ipv4": "999.1.1.1", "time": "25:61",
}  # fmt: skip
BREAKERS: Final = ("\u0000", " ", "§", "-", "x", "@", "\n", "٣")
"""Added to or put in place of a right text, one of these breaks most patterns."""


@dataclass(frozen=True, slots=True)
class Field:
    """A writable field: where it is in the body (JSON pointer), its schema, whether it has to be there."""

    pointer: str
    schema: Mapping[str, Any]
    required: bool

    @property
    def types(self) -> frozenset[str]:
        """The JSON types that its schema allows; all where it says nothing."""
        stated = self.schema.get("type", tuple(SAMPLES))
        types = {stated} if isinstance(stated, str) else set(stated)
        if self.schema.get("nullable") is True:
            types.add("null")
        return frozenset(types)


@dataclass(frozen=True, slots=True)
class WrongValue:
    """A value that the field's schema excludes, and the class by which it does."""

    kind: str
    value: Any


def list_fields(document: Document, schema: Mapping[str, Any], pointer: str = "") -> Iterator[Field]:
    """List the fields of a body's schema, those inside of objects included."""
    required = schema.get("required", ())
    for name, inner in schema.get("properties", {}).items():
        resolved = _without_null(document, document.resolve(inner))
        if resolved.get("readOnly") is True:
            continue
        here = f"{pointer}/{escape(name)}"
        yield Field(here, resolved, name in required)
        if "properties" in resolved:
            yield from list_fields(document, resolved, here)


def _without_null(document: Document, schema: Mapping[str, Any]) -> Mapping[str, Any]:
    # anyOf or oneOf of one schema and null is how several generators spell an optional value.
    for keyword in ("anyOf", "oneOf"):
        members = [document.resolve(member) for member in schema.get(keyword, ())]
        others = [member for member in members if member.get("type") != "null"]
        if len(others) == 1 and len(members) == 2:
            return {**others[0], "nullable": True}
    return schema


def list_wrong_values(field: Field, right: Any) -> Iterator[WrongValue]:
    """List values that the schema excludes, class by class. `right` is one that the field takes."""
    schema, types = field.schema, field.types
    for name, samples in SAMPLES.items():
        if name not in types and not (name == "integer" and "number" in types):
            for sample in samples:
                yield WrongValue("type", sample)
    if "null" not in types:
        yield WrongValue("null", None)
    if field.required:
        yield WrongValue("missing", DELETED)
    if types & {"integer", "number"}:
        yield from _beyond_range(schema)
    if "string" in types and isinstance(right, str):
        yield from _wrong_texts(schema, right)
    if "enum" in schema or "const" in schema:
        allowed = schema.get("enum", [schema.get("const")])
        strangers: tuple[Any, ...] = ("no-such-choice", -7919)
        yield from (WrongValue("enum", one) for one in strangers if one not in allowed and _has_type(one, types))


def list_plainly_wrong_values(right: Any) -> Iterator[WrongValue]:
    """List values that no field takes which takes this text, number or truth, whatever its schema; and its absence."""
    yield from (WrongValue("type", other) for other in ({"a": 1}, [{"a": 1}]))
    if isinstance(right, int | float) and not isinstance(right, bool):
        yield WrongValue("type", "no-number")
    yield WrongValue("missing", DELETED)


def _beyond_range(schema: Mapping[str, Any]) -> Iterator[WrongValue]:
    for bound, exclusive, step in (("minimum", "exclusiveMinimum", -1), ("maximum", "exclusiveMaximum", 1)):
        limit, edge = schema.get(bound), schema.get(exclusive)
        if isinstance(edge, int | float) and not isinstance(edge, bool):
            yield WrongValue("range", edge)
        elif isinstance(limit, int | float):
            yield WrongValue("range", limit if edge is True else limit + step)


def _wrong_texts(schema: Mapping[str, Any], right: str) -> Iterator[WrongValue]:
    shortest, longest = schema.get("minLength", 0), schema.get("maxLength")
    if shortest > 0:
        yield WrongValue("length", right[: shortest - 1])
    if longest is not None:
        yield WrongValue("length", (right or "a") * (longest // max(1, len(right)) + 1) + "a")
    if "pattern" in schema:
        broken = _break_pattern(schema["pattern"], right, shortest, longest)
        if broken is not None:
            yield WrongValue("format", broken)
    elif schema.get("format") in WRONG_FORMATS:
        yield WrongValue("format", WRONG_FORMATS[schema["format"]])


def _break_pattern(pattern: str, right: str, shortest: int, longest: int | None) -> str | None:
    compiled = re.compile(pattern)
    for breaker in BREAKERS:
        for candidate in (right + breaker, right[:-1] + breaker, breaker * max(1, shortest, len(right))):
            fits = shortest <= len(candidate) <= (longest if longest is not None else len(candidate))
            if fits and compiled.search(candidate) is None:
                return candidate
    return None


def _has_type(value: Any, types: frozenset[str]) -> bool:
    return ("string" if isinstance(value, str) else "integer") in types


def make_right_value(field: Field) -> Any:
    """Make a value that a field of no special meaning takes. Raises LookupError where only its owner could know one."""
    schema, types = field.schema, field.types
    for source in ("default", "const", "example"):
        if source in schema:
            return schema[source]
    if "examples" in schema or "enum" in schema:
        return [*schema.get("examples", ()), *schema.get("enum", ())][0]
    if "null" in types:
        return None
    if "boolean" in types:
        return True
    if types & {"integer", "number"} and "minimum" in schema:
        return schema["minimum"]
    if "string" in types:
        text = "plain words".ljust(schema.get("minLength", 0), "x")[: schema.get("maxLength", 80)]
        if re.search(schema.get("pattern", ""), text):
            return text
    message = f"no right value is known for {field.pointer}"
    raise LookupError(message)
