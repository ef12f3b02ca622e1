"""The schemas of an OpenAPI document as JSON Schema has them, compiled once each for what an answer may hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Protocol

import jsonschema_rs

from spec.surface.openapi import Document

_SCHEMAS_BY_NAME: Final = frozenset(
    {"properties", "patternProperties", "dependentSchemas", "$defs", "definitions", "schemas"}
)
"""Keywords whose value maps names to schemas."""
_LISTS_OF_SCHEMAS: Final = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
_SCHEMAS: Final = frozenset(
    {
        "items", "additionalProperties", "unevaluatedProperties", "unevaluatedItems", "propertyNames", "contains",
        "not", "if", "then", "else",
    }
)  # fmt: skip
NOTHING: Final[Mapping[str, Any]] = {"not": {}}
"""The schema that no value is valid by."""


class SchemaUnusable(Exception):
    """A schema of the document cannot be held against anything; the message says why."""


class CompiledSchema(Protocol):
    """A schema that values can be held against."""

    def iter_errors(self, instance: Any) -> Iterator[jsonschema_rs.ValidationError]:
        """Yield each way in which the value breaks the schema."""


@dataclass(frozen=True)
class ResponseSchemas:
    """Compiles schemas of one document. A reference that leaves the document is followed by nothing."""

    document: Document

    @cached_property
    def _is_3_0(self) -> bool:
        return str(self.document.content.get("openapi", "")).startswith("3.0")

    @cached_property
    def _parts(self) -> dict[str, Any]:
        """The parts of the document to which its schemas may refer."""
        components = self.document.content.get("components", {})
        return {"components": adapt_schema(components), "paths": self.document.content.get("paths", {})}

    def compile(self, schema: Any) -> CompiledSchema:
        """Compile a schema. Raises SchemaUnusable where it is none."""
        # In an allOf, since OpenAPI 3.0 has nothing beside a $ref count.
        whole = {"allOf": [adapt_schema(schema)], **self._parts}
        make = jsonschema_rs.Draft4Validator if self._is_3_0 else jsonschema_rs.Draft202012Validator
        try:
            # Values are left out of its messages: they may be secrets, and are too long to be read.
            return make(whole, validate_formats=True, offline=True, mask="the value")
        except (ValueError, jsonschema_rs.ReferencingError) as error:
            raise SchemaUnusable(str(error).partition("\n")[0][:200]) from error


def adapt_schema(schema: Any) -> Any:
    """Return a schema of OpenAPI 3.0 or 3.1 as JSON Schema, for what is read and not written.

    A nullable value may be null, whatever else its schema says. One that is only written must not be there.
    """
    if not isinstance(schema, dict):
        return schema
    adapted = {keyword: _adapt_keyword(keyword, value) for keyword, value in schema.items()}
    properties = schema.get("properties")
    if isinstance(properties, dict):
        hidden = {name for name, one in properties.items() if isinstance(one, dict) and one.get("writeOnly") is True}
        adapted["properties"].update(dict.fromkeys(hidden, NOTHING))
        if hidden and isinstance(schema.get("required"), list):
            adapted["required"] = [name for name in schema["required"] if name not in hidden]
            if not adapted["required"]:
                del adapted["required"]  # Draft 4 wants one name at least
    if adapted.pop("nullable", False) is True:
        return {"anyOf": [adapted, {"type": "null"}]}
    return adapted


def _adapt_keyword(keyword: str, value: Any) -> Any:
    if keyword in _SCHEMAS_BY_NAME and isinstance(value, dict):
        return {name: adapt_schema(one) for name, one in value.items()}
    if keyword in _LISTS_OF_SCHEMAS and isinstance(value, list):
        return [adapt_schema(one) for one in value]
    return adapt_schema(value) if keyword in _SCHEMAS else value
