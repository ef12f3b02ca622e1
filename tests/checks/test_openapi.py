"""A request is found in an OpenAPI document, and schemas are read through their references."""

from __future__ import annotations

from typing import Any

from spec.checks.support.openapi import Document
from spec.target.exchange import Request

BODY = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}, "example": {"a": 1}}}}
CONTENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "servers": [{"url": "https://shop.example/base/"}],
    "paths": {
        "/users/{user_id}": {"get": {}, "parameters": []},
        "/users/me": {"get": {}},
        "/users/{user_id}/things/{thing_id}": {"patch": {"requestBody": BODY}},
    },
    "components": {"schemas": {"Thing": {"allOf": [{"$ref": "#/components/schemas/Other"}]}, "Other": {"type": "x"}}},
}


def test_operations_carry_the_base_path_and_no_other_members_of_a_path() -> None:
    assert [one.label for one in Document(CONTENT).operations] == [
        "GET /base/users/{user_id}",
        "GET /base/users/me",
        "PATCH /base/users/{user_id}/things/{thing_id}",
    ]


def test_a_fixed_path_goes_before_a_template() -> None:
    document = Document(CONTENT)
    me, seven = (document.find(Request("GET", path)) for path in ("/base/users/me", "/base/users/7"))
    assert me is not None
    assert seven is not None
    assert (me.path, seven.path) == ("/base/users/me", "/base/users/{user_id}")


def test_what_is_not_documented_is_not_found() -> None:
    document = Document(CONTENT)
    assert document.find(Request("POST", "/base/users/7")) is None
    assert document.find(Request("GET", "/base/users/7/8")) is None


def test_parameters_are_read_from_a_path() -> None:
    operation = Document(CONTENT).operations[2]
    assert operation.parameters_in("/base/users/7/things/ab") == {"user_id": "7", "thing_id": "ab"}
    assert operation.parameters_in("/base/users/7") == {}


def test_a_body_schema_is_read_through_references() -> None:
    document = Document(CONTENT)
    assert document.body_schema(document.operations[2]) == {"type": "x"}
    assert document.body_schema(document.operations[0]) is None
    assert document.body_examples(document.operations[2]) == [{"a": 1}]
