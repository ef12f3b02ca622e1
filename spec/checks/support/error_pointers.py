"""Pointers of refusals: each leads to something that was sent, or to a field that the operation has."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from urllib.parse import parse_qsl

from jsonpointer import unescape

from spec.checking.rules import Answer
from spec.checks.support.field_errors import sent_value
from spec.surface.openapi import Document
from spec.target.exchange import UnexpectedAnswer

POINTER: Final = re.compile(r"(/([^~/]|~[01])*)*")
ALTERNATIVES: Final = ("allOf", "anyOf", "oneOf", "if", "then", "else")
OPEN: Final = ("patternProperties", "propertyNames", "dependentSchemas")
"""Keywords beside which an object may have members that `properties` does not name."""
MOST_SCHEMAS: Final = 1000


def leads_to_field(answer: Answer, pointer: str) -> bool:
    """Tell if a pointer leads to something that was sent, or to a field that is missing from it.

    A member that was not sent has to be one that the document has; where the document does not say which members there
    are, it may be any. In the refusal of a request without a body, a pointer may name a parameter.
    """
    if not POINTER.fullmatch(pointer):
        return False
    tokens = [unescape(one) for one in pointer.split("/")[1:]]
    if not answer.exchange.request.encoded_body():
        named = bool(tokens) and tokens[0] in _parameters(answer)
        return named or _may_miss(answer, tokens, bodiless=True)
    try:
        value = sent_value(answer)
    except (ValueError, RecursionError):
        # Readers may disagree about such a body, and so about where a pointer leads.
        return True
    for depth, token in enumerate(tokens):
        if isinstance(value, dict) and token in value:
            value = value[token]
        elif isinstance(value, list) and token.isdecimal() and int(token) < len(value):
            value = value[int(token)]
        elif isinstance(value, list):
            # The item that a longer list would have.
            return depth == len(tokens) - 1 and (token.isdecimal() or token == "-")
        else:
            # A whole object may be missing, and the list says which of its members are needed.
            return isinstance(value, dict) and _may_miss(answer, tokens)
    return True


def _parameters(answer: Answer) -> set[str]:
    """Return the names of the parameters that the operation has, and of those that were sent."""
    names = {name for name, _ in parse_qsl(answer.exchange.request.target.partition("?")[2], keep_blank_values=True)}
    document, operation = answer.document, answer.operation
    if document is not None and operation is not None:
        stated = (*operation.shared_parameters, *operation.content.get("parameters", ()))
        names |= {str(document.resolve_or_empty(one).get("name")) for one in stated}
    return names


def _may_miss(answer: Answer, tokens: Sequence[str], *, bodiless: bool = False) -> bool:
    """Tell if the body of the operation has such a field by the document, or the document leaves it open."""
    document, operation = answer.document, answer.operation
    if document is None or operation is None:
        return True
    try:
        schema = document.body_schema(operation)
    except UnexpectedAnswer:
        return True
    if schema is None:
        return not bodiless
    schemas = list(_alternatives(document, schema))
    for token in tokens:
        if any(map(_is_open, schemas)):
            return True
        inner = [part for one in schemas for part in _inside(one, token)]
        schemas = [one for part in inner for one in _alternatives(document, part)]
    return bool(schemas)


def _is_open(schema: Mapping[str, Any]) -> bool:
    """Tell if an object may have other members than those that a schema names."""
    others = schema.get("additionalProperties", False)
    if others not in (False, None) or any(one in schema for one in OPEN):
        return True
    types = schema.get("type", "object")
    is_object = types == "object" or (isinstance(types, list) and "object" in types)
    return is_object and not any(one in schema for one in ("properties", "items", *ALTERNATIVES))


def _inside(schema: Mapping[str, Any], token: str) -> Iterator[object]:
    properties, items = schema.get("properties"), schema.get("items")
    if isinstance(properties, Mapping) and token in properties:
        yield properties[token]
    if items is not None and token.isdecimal():
        yield items


def _alternatives(document: Document, schema: object) -> Iterator[Mapping[str, Any]]:
    """Yield a schema and those that it is made of, each without a reference at its top."""
    waiting = [schema]
    for _ in range(MOST_SCHEMAS):
        if not waiting:
            return
        one = document.resolve_or_empty(waiting.pop())
        # Of what cannot be read nothing is known, so it leaves everything open.
        yield one or {"additionalProperties": True}
        for keyword in ALTERNATIVES:
            inner = one.get(keyword, [])
            waiting += inner if isinstance(inner, list) else [inner]
