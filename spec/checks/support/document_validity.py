"""Hold an OpenAPI document against the specification that it names, and each of its references against itself.

Its validator leaves out the schemas of request bodies, headers and shared answers: those are held here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from jsonpointer import escape
from jsonschema.exceptions import SchemaError
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import validate
from openapi_spec_validator.exceptions import OpenAPISpecValidatorError
from openapi_spec_validator.validation.exceptions import OpenAPIValidationError
from referencing.exceptions import Unresolvable

from spec.surface.openapi import Document
from spec.target.exchange import UnexpectedAnswer

VALUES: Final = frozenset({"example", "examples", "default", "const", "enum", "value", "dataValue"})
"""Members that hold values of the interface: what looks like a reference in them is data."""


NAMED: Final = frozenset(
    {
        *("properties", "patternProperties", "$defs", "definitions", "dependentSchemas"),
        *("paths", "webhooks", "responses", "headers", "content", "callbacks", "links", "encoding", "variables"),
    }
)
"""Members that hold others by names of their own, which mean nothing here: a response may be called default."""


def find_document_error(content: Mapping[str, Any]) -> str | None:
    """Say what is wrong with a document: a reference that does not resolve inside it, or what its validator finds.

    References are looked at first and never followed out of the document, so the validator meets none that leaves it.
    """
    try:
        document = Document(content)
    except UnexpectedAnswer as error:
        return f"no {error.expected}: {error.observed}"
    broken = list(find_broken_references(document))
    if broken:
        return f"{len(broken)} references that do not resolve inside it: {'; '.join(broken[:6])}"
    followed = _without_data_references(content, document)
    try:
        validate(followed)
    except OpenAPIValidationError as error:
        return f"{' '.join(error.message.split())[:300]} at /{'/'.join(map(str, error.absolute_path))}"
    except OpenAPISpecValidatorError:
        return f"no version that the validator knows: openapi {content.get('openapi')!r}"
    except Unresolvable as error:
        return f"a reference to nowhere: {error.ref}"
    except (AttributeError, LookupError, TypeError, ValueError, RecursionError) as error:
        # A document so odd that the validator cannot walk through it.
        return " ".join(f"{type(error).__name__}: {error}".split())[:300]
    return next(find_wrong_schemas(content), None)


def find_wrong_schemas(content: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with a schema of a body, a parameter or a header. Those of other dialects are left out."""
    # The JSON schema of OpenAPI 3.0 holds every schema, that of 3.1 none.
    if "jsonSchemaDialect" in content or str(content.get("openapi", "")).startswith("3.0"):
        return
    for place, node in _list_objects(content):
        schema = node.get("schema")
        if "schema" not in node or (isinstance(schema, Mapping) and "$schema" in schema):
            continue
        try:
            OAS31Validator.check_schema(schema)
        except SchemaError as error:
            inner = "/".join(map(str, ["schema", *error.absolute_path]))
            yield f"{' '.join(error.message.split())[:300]} at {place}/{inner}"


def _without_data_references(node: Any, document: Document) -> Any:
    """Return a document without references that its validator must not follow, or cannot.

    Those are what only looks like a reference in data, which it would follow anywhere, and anchors.
    """
    if isinstance(node, list):
        return [_without_data_references(one, document) for one in node]
    if not isinstance(node, Mapping):
        return node

    def followed(reference: Any) -> bool:
        return not isinstance(reference, str) or (reference.startswith("#/") and document.holds(reference))

    kept = {name: one for name, one in node.items() if name != "$ref" or followed(one)}
    return {name: _without_data_references(one, document) for name, one in kept.items()}


def find_broken_references(document: Document) -> Iterator[str]:
    """Yield each reference of a document that does not lead to a place in it, with the place where it stands."""
    for place, reference in list_references(document.content):
        try:
            target = document.look_up(reference)
        except UnexpectedAnswer:
            yield f"{reference[:80]} at {place}"
            continue
        if not isinstance(target, Mapping | bool):
            yield f"{reference[:80]} at {place}, which is no object"


def list_references(content: Any) -> Iterator[tuple[str, str]]:
    """Yield each reference with its place: $ref anywhere, the schemas of a discriminator, the operation of a link."""
    for place, node in _list_objects(content):
        yield from _references_of(place, node)


def _list_objects(content: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield each object of the specification with its place: no maps of names, and nothing in data."""
    waiting: list[tuple[str, Any, bool]] = [("", content, False)]
    while waiting:
        place, node, named = waiting.pop()
        if isinstance(node, list):
            waiting += [(f"{place}/{number}", one, False) for number, one in enumerate(node)]
        if not isinstance(node, Mapping):
            continue
        if not named:
            yield place, node
        for name, inner in node.items():
            below = f"{place}/{escape(str(name))}"
            # Names of members and components are free: one that is called "example" or "$ref" is a schema all the same.
            holds_names = not named and name in NAMED
            if named or name not in VALUES:
                waiting.append((below, inner, holds_names or (place == "/components" and isinstance(inner, Mapping))))
            elif name == "examples" and isinstance(inner, Mapping):
                # Examples of a media type are objects of the document, of which only `value` is data.
                waiting.append((below, inner, True))


def _references_of(place: str, node: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name in ("$ref", "$dynamicRef"):
        if isinstance(node.get(name), str):
            yield f"{place}/{name}", node[name]
    # RFC 6901 pointers and URIs alone: an operation that a link names by its id is no reference.
    if isinstance(node.get("operationRef"), str):
        yield f"{place}/operationRef", node["operationRef"]
    discriminator = node.get("discriminator")
    mapping = discriminator.get("mapping", {}) if isinstance(discriminator, Mapping) else {}
    for value, target in mapping.items() if isinstance(mapping, Mapping) else ():
        # A plain name is that of a schema among the components (OpenAPI 3.1, Discriminator Object).
        plain = "/" not in str(target) and "#" not in str(target) and "." not in str(target)
        yield f"{place}/discriminator/mapping/{value}", f"#/components/schemas/{target}" if plain else str(target)
