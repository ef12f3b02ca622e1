"""Decide if all that one JSON schema allows is allowed by another one, and where it is not.

The decision is by keyword, as tools that look for breaking changes have it: a keyword of the wider schema has to be at
least as wide as that of the narrower one. It errs on the side of a difference: two ways to say the same may differ.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from jsonpointer import escape
from jsonschema import Draft202012Validator

from spec.surface.openapi import Document

Schema: TypeAlias = Mapping[str, Any]

TYPES: Final = frozenset({"null", "boolean", "integer", "number", "string", "array", "object"})
LOWER_BOUNDS: Final = {"minLength": "string", "minItems": "array", "minProperties": "object"}
UPPER_BOUNDS: Final = {"maxLength": "string", "maxItems": "array", "maxProperties": "object"}
SAME_OR_NONE: Final = (
    *("pattern", "format", "contentEncoding", "not", "if", "then", "else", "contains", "propertyNames"),
    *("patternProperties", "dependentRequired", "dependentSchemas", "uniqueItems", "prefixItems"),
)
"""Keywords that narrow a schema in ways that are compared by equality alone."""
ALTERNATIVES: Final = ("oneOf", "anyOf")
DEEPEST: Final = 40
"""Members inside members that are compared: no interface has so many, and a schema may hold itself."""


@dataclass(frozen=True, slots=True)
class Widening:
    """A place in a value, as a JSON pointer with * for each entry of a list, and what is wider there."""

    pointer: str
    reason: str

    def __str__(self) -> str:
        return f"{self.pointer or 'the whole'}: {self.reason}"


@dataclass
class Containment:
    """Compares schemas of two documents: all that `inner` allows, `outer` has to allow.

    A member that the inner schema does not name may be added by the outer one, if it may be missing.
    With `keeps_members` it also has to name every member that the outer schema names: a reader misses one that is gone.
    Members that the outer schema does not name are then welcome.
    """

    inner: Document
    outer: Document
    keeps_members: bool = False
    _open: set[tuple[str, str]] = field(default_factory=set)

    def widenings(self, inner: Any, outer: Any, pointer: str = "") -> Iterator[Widening]:
        """Yield where the inner schema allows more than the outer one."""
        refs = _reference(inner), _reference(outer)
        if (all(refs) and refs in self._open) or pointer.count("/") > DEEPEST:
            return  # these two are being compared already: they hold themselves
        self._open.add(refs)
        yield from self._compare(_flat(self.inner, inner), _flat(self.outer, outer), pointer)
        self._open.discard(refs)

    def _compare(self, inner: Schema | bool, outer: Schema | bool, pointer: str) -> Iterator[Widening]:
        if inner is False or outer is True or outer == {}:
            return
        if outer is False:
            yield Widening(pointer, "no value is allowed")
            return
        inner = {} if inner is True else inner
        if any(one in schema for schema in (inner, outer) for one in ALTERNATIVES):
            yield from self._compare_alternatives(inner, outer, pointer)
            return
        values = _finite(inner)
        if values is not None:
            yield from self._compare_values(values, outer, pointer)
            return
        if (wanted := _finite(outer)) is not None:
            yield Widening(pointer, f"any value instead of one of {wanted[:6]}")
            return
        shared = _types(inner) & _types(outer)
        if more := sorted(_types(inner) - _types(outer) - ({"integer"} if "number" in _types(outer) else set())):
            yield Widening(pointer, f"the type {' or '.join(more)} beside {' or '.join(sorted(_types(outer)))}")
        yield from self._compare_bounds(inner, outer, pointer, shared)
        for keyword in SAME_OR_NONE:
            if outer.get(keyword) not in (None, False) and outer[keyword] != inner.get(keyword):
                yield Widening(pointer, f"{keyword} {inner.get(keyword)!r} instead of {outer[keyword]!r}"[:200])
        if "array" in shared:
            yield from self.widenings(inner.get("items", {}), outer.get("items", {}), f"{pointer}/*")
        if "object" in shared:
            yield from self._compare_members(inner, outer, pointer)

    def _compare_alternatives(self, inner: Schema, outer: Schema, pointer: str) -> Iterator[Widening]:
        offered = _alternatives(outer)
        for one in _alternatives(inner):
            tried = [list(self.widenings(one, other, pointer)) for other in offered]
            if tried and all(tried):
                yield from min(tried, key=len)

    def _compare_values(self, values: Sequence[Any], outer: Schema, pointer: str) -> Iterator[Widening]:
        components = self.outer.content.get("components", {})
        validator = Draft202012Validator({**_without_nullable(outer), "components": components})
        more = [value for value in values if not validator.is_valid(value)]
        if more:
            yield Widening(pointer, f"the values {more[:6]}")

    def _compare_bounds(self, inner: Schema, outer: Schema, pointer: str, types: frozenset[str]) -> Iterator[Widening]:
        for keyword, kind in LOWER_BOUNDS.items():
            if kind in types and not _at_least(inner.get(keyword, 0), outer.get(keyword)):
                yield _bound(pointer, keyword, inner, outer)
        for keyword, kind in UPPER_BOUNDS.items():
            if kind in types and not _at_most(inner.get(keyword), outer.get(keyword)):
                yield _bound(pointer, keyword, inner, outer)
        if not types & {"integer", "number"}:
            return
        lower, upper = (_lower(inner), _lower(outer)), (_upper(inner), _upper(outer))
        if not _at_least(*lower):
            yield Widening(pointer, f"values from {_shown(lower[0])} on instead of {_shown(lower[1])}")
        if not _at_most(*upper):
            yield Widening(pointer, f"values up to {_shown(upper[0])} instead of {_shown(upper[1])}")
        step, wanted = inner.get("multipleOf"), outer.get("multipleOf")
        if wanted and not (step and step % wanted == 0):
            yield _bound(pointer, "multipleOf", inner, outer)

    def _compare_members(self, inner: Schema, outer: Schema, pointer: str) -> Iterator[Widening]:
        given, known = self._shown(self.inner, inner), self._shown(self.outer, outer)
        hidden = {*inner.get("properties", {}), *outer.get("properties", {})} - {*given, *known}
        for name in sorted({*outer.get("required", ())} - {*inner.get("required", ())} - hidden):
            yield Widening(f"{pointer}/{escape(name)}", "it may be missing")
        if self.keeps_members:
            for name in sorted(set(known) - set(given) - set(outer.get("required", ()))):
                yield Widening(f"{pointer}/{escape(name)}", "it is gone")
        more = True if self.keeps_members else outer.get("additionalProperties", True)
        for name, member in given.items():
            yield from self.widenings(member, known.get(name, more), f"{pointer}/{escape(name)}")
        others = outer.get("additionalProperties", True)
        if isinstance(others, Mapping) or not self.keeps_members:
            yield from self.widenings(inner.get("additionalProperties", True), others, f"{pointer}/(any other member)")

    def _shown(self, document: Document, schema: Schema) -> dict[str, Any]:
        """Return the members that are written where these schemas are of requests, and read where of responses."""
        mark = "writeOnly" if self.keeps_members else "readOnly"
        members: Mapping[str, Any] = schema.get("properties", {})
        return {
            name: one
            for name, one in members.items()
            if not (isinstance(one, Mapping) and document.resolve(one).get(mark) is True)
        }


def _reference(schema: Any) -> str:
    return str(schema.get("$ref", "")) if isinstance(schema, Mapping) else ""


def _flat(document: Document, schema: Any) -> Schema | bool:
    """Return a schema without references at its top, and with the parts of an allOf merged into it."""
    if isinstance(schema, bool):
        return schema
    resolved = dict(document.resolve(schema))
    parts = resolved.pop("allOf", ())
    for part in parts:
        flat = _flat(document, part)
        if flat is False:
            return False
        resolved = _merged(resolved, {} if flat is True else flat)
    return resolved


def _merged(one: Schema, other: Schema) -> dict[str, Any]:
    merged = {**other, **one}
    merged["properties"] = {**other.get("properties", {}), **one.get("properties", {})}
    merged["required"] = sorted({*one.get("required", ()), *other.get("required", ())})
    return {name: value for name, value in merged.items() if value not in ({}, [])}


def _alternatives(schema: Schema) -> list[Schema]:
    """List the alternatives of a schema, each with what stands beside them; one that has none is its only one."""
    for keyword in ALTERNATIVES:
        if keyword in schema:
            rest = {name: value for name, value in schema.items() if name != keyword}
            return [{"allOf": [rest, one]} if rest else one for one in schema[keyword]]
    return [schema]


def _finite(schema: Schema) -> list[Any] | None:
    """Return the values of a schema that lists them."""
    if "const" in schema:
        return [schema["const"]]
    if "enum" not in schema:
        return None
    return [*schema["enum"], *([None] if schema.get("nullable") is True and None not in schema["enum"] else [])]


def _types(schema: Schema) -> frozenset[str]:
    named = schema.get("type", TYPES)
    types = frozenset({named} if isinstance(named, str) else named)
    return types | {"null"} if schema.get("nullable") is True else types


def _without_nullable(schema: Schema) -> dict[str, Any]:
    """Return a schema of OpenAPI 3.0 as JSON Schema has it."""
    return {**schema, "type": sorted(_types(schema))} if schema.get("nullable") is True else dict(schema)


def _lower(schema: Schema) -> tuple[float, bool] | None:
    """Return the least number and if it is excluded itself; None where there is no bound."""
    return max(_bounds(schema, "minimum"), default=None)


def _upper(schema: Schema) -> tuple[float, bool] | None:
    """Return the largest number and if it is included itself; None where there is no bound."""
    return min(((value, not excluded) for value, excluded in _bounds(schema, "maximum")), default=None)


def _bounds(schema: Schema, name: str) -> list[tuple[float, bool]]:
    """List the bounds by this keyword and by the one that excludes the number itself, each with if it does."""
    bound, limit = schema.get(name), schema.get(f"exclusive{name.capitalize()}")
    if isinstance(limit, bool):  # OpenAPI 3.0: a mark beside the bound
        return [] if bound is None else [(bound, limit)]
    return [(value, excluded) for value, excluded in ((bound, False), (limit, True)) if value is not None]


def _shown(bound: Any) -> str:
    return "any number" if bound is None else f"{bound[0]:g}"


def _at_least(value: Any, bound: Any) -> bool:
    return bound is None or (value is not None and value >= bound)


def _at_most(value: Any, bound: Any) -> bool:
    return bound is None or (value is not None and value <= bound)


def _bound(pointer: str, keyword: str, inner: Schema, outer: Schema) -> Widening:
    return Widening(pointer, f"{keyword} {inner.get(keyword, 'without a bound')} instead of {outer[keyword]}")
