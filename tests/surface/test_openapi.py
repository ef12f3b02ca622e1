"""A request is found in an OpenAPI document, and schemas are read through their references."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from spec.checking.outcomes import Blocked
from spec.surface.openapi import Document, find_document
from spec.target.exchange import Request
from spec.target.shop import Shop
from tests.checks.profiles import declaring

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


def test_the_path_of_a_base_url_is_not_doubled() -> None:
    document = Document(CONTENT, "/base")
    seven = document.find(Request("GET", "/users/7"))
    whole = document.find(Request("GET", "/base/users/7", from_origin=True))
    assert seven is not None
    assert seven is not document.find(Request("GET", "/base/users/7"))
    assert (seven.path, whole and whole.path) == ("/base/users/{user_id}", "/base/users/{user_id}")


@pytest.mark.parametrize(
    ("servers", "base"),
    [
        (None, "/shop"),
        ([{"url": "/"}], ""),
        ([{"url": "/api/"}], "/api"),
        ([{"url": "v2"}], "/shop/v2"),
        ([{"url": "https://shop.example"}], ""),
        ([{"url": "https://shop.example/v2"}], "/v2"),
    ],
)
def test_paths_begin_where_the_documents_server_does(servers: object, base: str) -> None:
    content = {"paths": {"/users": {"get": {}}}} | ({"servers": servers} if servers else {})
    document = Document(content, "/shop")
    assert (document.base, document.operations[0].path) == (base, f"{base}/users")
    assert Document(document.content, "/elsewhere").base == base


def test_servers_of_an_operation_or_a_path_stand_in_the_place_of_the_documents() -> None:
    moved, odd = {"servers": [{"url": "/v1"}]}, {"servers": "/v1"}
    paths = {
        "/a": {"get": moved, "post": {}},
        "/b": {"get": {"servers": [{"url": "/v0"}]}, "post": {}, **moved},
        "/c": {"get": odd, "post": {}},
    }
    document = Document({"servers": [{"url": "/v2"}], "paths": paths})
    assert [one.label for one in document.operations] == [
        *("GET /v1/a", "POST /v2/a", "GET /v0/b", "POST /v1/b", "GET /v2/c", "POST /v2/c"),
    ]


def shop_with(tmp_path: Path, text: str | None) -> Shop:
    policies = {}
    if text is not None:
        file = tmp_path / "openapi.json"
        file.write_text(text)
        policies["openapi_file"] = str(file)
    return cast(
        Shop,
        SimpleNamespace(
            verbs=SimpleNamespace(offers=lambda name: name != "openapi_document"),
            profile=declaring(policies),
            endpoint=SimpleNamespace(base_path="/base"),
        ),
    )


def test_a_document_that_is_not_served_is_read_from_the_profiles_file(tmp_path: Path) -> None:
    document = find_document(shop_with(tmp_path, json.dumps(CONTENT)))
    assert document is not None
    assert document.find(Request("GET", "/users/me")) is not None


def test_without_a_file_there_is_no_document(tmp_path: Path) -> None:
    assert find_document(shop_with(tmp_path, None)) is None


@pytest.mark.parametrize(("text", "reason"), [("openapi: 3.1.0", "cannot be read as JSON"), ("[]", "a JSON object")])
def test_a_file_that_is_no_document_blocks(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(Blocked, match=reason):
        find_document(shop_with(tmp_path, text))
