"""DOC-001: each reference of a document has to lead to a place inside it, wherever it stands."""

from __future__ import annotations

from typing import Any

import pytest

from spec.checks.support.document_validity import find_document_error, list_references


def document(**parts: Any) -> dict[str, Any]:
    """Describe one operation, with more in the document or in its operation."""
    operation = {"responses": {"200": {"description": "Things."}}, **parts.pop("operation", {})}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Shop", "version": "2"},
        "paths": {"/things": {"get": operation}},
        **parts,
    }


NOWHERE = {"$ref": "#/components/schemas/Nowhere"}
MEDIA = {"application/json": {"schema": NOWHERE}}
PLACES: list[dict[str, Any]] = [
    {"operation": {"requestBody": {"content": MEDIA}}},
    {"operation": {"requestBody": {"$ref": "#/components/requestBodies/Nowhere"}}},
    {"operation": {"parameters": [{"$ref": "#/components/parameters/Nowhere"}]}},
    {"operation": {"parameters": [{"name": "a", "in": "query", "schema": NOWHERE}]}},
    {"operation": {"responses": {"default": {"$ref": "#/components/responses/Nowhere"}}}},
    {"operation": {"responses": {"200": {"description": "", "content": MEDIA}}}},
    {
        "operation": {
            "responses": {"200": {"description": "", "headers": {"example": {"$ref": "#/components/headers/No"}}}}
        }
    },
    {"operation": {"responses": {"200": {"description": "", "links": {"self": {"$ref": "#/components/links/No"}}}}}},
    {"operation": {"responses": {"200": {"description": "", "links": {"self": {"operationRef": "#/paths/~1no/get"}}}}}},
    {"operation": {"callbacks": {"done": {"$ref": "#/components/callbacks/Nowhere"}}}},
    {"paths": {"/things": {"$ref": "#/components/pathItems/Nowhere"}}},
    {"webhooks": {"default": {"$ref": "#/components/pathItems/Nowhere"}}},
    {"components": {"schemas": {"example": {"properties": {"default": NOWHERE}}}}},
    {"components": {"schemas": {"A": {"allOf": [{"items": NOWHERE}]}}}},
    {"components": {"schemas": {"A": {"$defs": {"enum": NOWHERE}}}}},
    {"components": {"schemas": {"A": {"discriminator": {"propertyName": "kind", "mapping": {"b": "B"}}}}}},
    {"components": {"schemas": {"A": {"discriminator": {"propertyName": "kind", "mapping": {"b": "b.json"}}}}}},
    {"components": {"examples": {"value": {"$ref": "#/components/examples/Nowhere"}}}},
    {"components": {"schemas": {"A": {"$ref": "https://elsewhere.example/schema.json#/A"}}}},
    {"components": {"schemas": {"A": {"$ref": "other.json"}}}},
    {"components": {"schemas": {"A": {"$ref": "#/info/title"}}}},
    {"components": {"schemas": {"A": {"$ref": "#nowhere"}}}},
]


@pytest.mark.parametrize("parts", PLACES)
def test_a_reference_to_nowhere_is_found_wherever_it_stands(parts: dict[str, Any]) -> None:
    error = find_document_error(document(**parts))
    assert error is not None
    assert error.startswith("1 references that do not resolve inside it: ")


def test_what_only_looks_like_a_reference_is_data() -> None:
    value = {"$ref": "http://127.0.0.1:1/never-asked"}
    media = {"application/json": {"schema": {"default": value}, "examples": {"one": {"value": value}}}}
    content = document(operation={"responses": {"200": {"description": "", "content": media}}})
    assert list(list_references(content)) == []
    assert find_document_error(content) is None


def test_references_that_resolve_are_counted() -> None:
    schemas = {
        "Word": {"type": "string"},
        "Tree": {
            "$anchor": "tree",
            "properties": {"leaf": {"$ref": "#/paths/~1things/get/x-word"}, "more": {"$ref": "#tree"}},
        },
        "Any": {"oneOf": [{"$ref": "#/components/schemas/Tree"}], "discriminator": {"propertyName": "kind"}},
    }
    content = document(components={"schemas": schemas}, operation={"x-word": {"type": "string"}})
    assert len(list(list_references(content))) == 3
    assert find_document_error(content) is None


def test_a_document_of_an_unknown_version_is_not_valid() -> None:
    error = find_document_error({**document(), "openapi": "9.0.0"})
    assert error == "no version that the validator knows: openapi '9.0.0'"


@pytest.mark.parametrize("content", [{}, {"openapi": "3.1.0", "paths": []}, {"openapi": "3.1.0", "servers": 3}])
def test_what_is_no_document_is_said_in_one_sentence(content: dict[str, Any]) -> None:
    error = find_document_error(content)
    assert error
    assert "\n" not in error


WRONG_SCHEMA = {"schema": {"type": "thing"}}
WRONG = {"content": {"application/json": WRONG_SCHEMA}}
SCHEMAS: list[tuple[dict[str, Any], str]] = [
    ({"operation": {"requestBody": WRONG}}, "/paths/~1things/get/requestBody/content/application~1json"),
    (
        {"operation": {"responses": {"200": {"description": "", "headers": {"schema": WRONG_SCHEMA}}}}},
        "/paths/~1things/get/responses/200/headers/schema",
    ),
    ({"components": {"requestBodies": {"A": WRONG}}}, "/components/requestBodies/A/content/application~1json"),
    (
        {"components": {"responses": {"A": {"description": "", **WRONG}}}},
        "/components/responses/A/content/application~1json",
    ),
]


@pytest.mark.parametrize(("parts", "place"), SCHEMAS)
def test_a_schema_that_is_none_is_found_wherever_it_stands(parts: dict[str, Any], place: str) -> None:
    error = find_document_error(document(**parts))
    assert error == f"'thing' is not valid under any of the given schemas at {place}/schema/type"
    assert find_document_error(document(openapi="3.0.3", **parts)) is not None


def test_a_member_of_data_that_is_called_schema_is_none() -> None:
    media = {"application/json": {"example": {"schema": {"type": "thing"}}}}
    assert find_document_error(document(operation={"requestBody": {"content": media}})) is None


def test_a_schema_of_another_dialect_is_left_to_its_own_rules() -> None:
    dialect = "https://json-schema.org/draft/2019-09/schema"
    media = {"application/json": {"schema": {"$schema": dialect, "type": "string"}}}
    assert find_document_error(document(operation={"requestBody": {"content": media}})) is None
