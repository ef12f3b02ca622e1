"""Kinds of violation in the OpenAPI document of a version: each is one, and leaves all else as it was."""

from __future__ import annotations

import json
from typing import Any

import pytest
from openapi_spec_validator import validate

from spec.checks.support.document_validity import find_document_error
from spec.falsify.points.kinds import VIOLATIONS
from spec.falsify.points.value_classes import read_json
from spec.falsify.points.violations import Scene, ViolationKind
from spec.target.exchange import Response
from tests.falsify.points.scenes import answered, scene

PLACE = "/api/v2/openapi.json"


def operation(name: str, **more: Any) -> dict[str, Any]:
    """Return an operation that is described as it has to be."""
    errors = {status: {"$ref": "#/components/responses/Refused"} for status in ("400", "401", "403", "404", "409")}
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}
    return {
        "operationId": name, "summary": f"To {name}", "description": "At length.", "security": [{"bearer": []}],
        "parameters": [{"name": "page", "in": "query", "schema": {"type": "integer"}, "description": "Its page."}],
        "responses": {"200": {"description": "Done.", "content": content}, **errors}, **more,
    }  # fmt: skip


def document() -> dict[str, Any]:
    """Return a valid document of three operations."""
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}}
    named = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    return {
        "openapi": "3.1.1",
        "info": {"title": "Shop", "version": "2"},
        "servers": [{"url": "/api/v2"}],
        "paths": {
            "/things": {"get": operation("list"), "post": operation("make", requestBody=body)},
            "/things/{id}": {"get": operation("show", parameters=[named])},
        },
        "components": {
            "schemas": {"Thing": {"type": "object", "properties": {"id": {"type": "integer"}}}},
            "responses": {"Refused": {"description": "Refused."}},
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
    }


def served(content: object = None) -> Scene:
    return scene(answered(200, content or document()), path=PLACE)


def kinds(requirement: str) -> list[ViolationKind]:
    """Return the kinds of a requirement that change the document."""
    return [one for one in VIOLATIONS[requirement] if one.apply(served()) is not None]


def changed(kind: ViolationKind) -> Any:
    wrong = kind.apply(served())
    assert wrong is not None
    return read_json(wrong.body)


def named(requirement: str, name: str) -> ViolationKind:
    return next(one for one in VIOLATIONS[requirement] if one.name == name)


def test_the_document_that_is_spoilt_is_valid() -> None:
    validate(document())


def test_a_document_that_is_to_be_invalid_is_found_to_be() -> None:
    spoilt = {one.name: changed(one) for one in kinds("DOC-001")}
    wrong = {name: content for name, content in spoilt.items() if isinstance(content, dict)}
    assert len(wrong) > 50
    assert [name for name, content in wrong.items() if find_document_error(content) is None] == []


def test_a_document_that_describes_too_little_stays_valid() -> None:
    found = kinds("DOC-003")
    assert {one.name.rpartition(" of ")[0] for one in found} >= {"summary gone", "security gone", "all errors gone"}
    for one in found:
        validate(changed(one))


def test_a_kind_changes_one_operation_alone() -> None:
    for one in kinds("DOC-003"):
        before, after = document(), changed(one)
        differing = [
            (path, method)
            for path, item in before["paths"].items()
            for method in item
            if item[method] != after["paths"][path][method]
        ]
        assert len(differing) == 1, one.name
        assert differing[0][1].upper() == one.name.split()[-2]
        assert {**after, "paths": {}} == {**before, "paths": {}}


def test_the_number_of_an_operation_begins_again_where_there_are_fewer() -> None:
    first, third = (changed(named("DOC-003", f"summary gone of GET {number}")) for number in (1, 3))
    assert "summary" not in first["paths"]["/things"]["get"]
    assert first == third


def test_a_kind_that_no_operation_of_a_method_allows_changes_nothing() -> None:
    assert named("DOC-001", "body refers to nowhere of GET 1").apply(served()) is None
    assert named("DOC-003", "summary gone of DELETE 1").apply(served()) is None


def test_references_are_broken_on_the_side_of_the_request_and_in_path_items() -> None:
    body = changed(named("DOC-001", "body refers to nowhere of POST 3"))
    content = body["paths"]["/things"]["post"]["requestBody"]["content"]
    assert content["application/json"]["schema"] == {"$ref": "#/components/schemas/NoSuchThing"}
    item = changed(named("DOC-001", "path item refers to nowhere of POST 1"))
    assert item["paths"]["/things"]["$ref"] == "#/components/pathItems/NoSuchPath"


def test_a_component_that_is_gone_was_referred_to() -> None:
    after = changed(named("DOC-001", "schema 7 gone that is used"))
    assert after["components"]["schemas"] == {}


def test_a_version_may_be_documented_by_the_other_ones_paths() -> None:
    wrong = changed(named("VER-005", "the document names the other version's paths"))
    assert wrong == {**document(), "servers": [{"url": "/api/v1"}]}
    mixed = changed(named("VER-005", "a path of the other version"))["paths"]
    assert mixed["/things"]["servers"] == [{"url": "/api/v1"}]
    assert "servers" not in mixed["/things/{id}"]


@pytest.mark.parametrize(
    "other",
    [
        scene(answered(200, document()), path="/api/v2/products"),
        scene(answered(200, document()), "HEAD", PLACE),
        scene(answered(200, document()), path="/api/v9/openapi.json"),
        scene(answered(404, document()), path=PLACE),
        scene(Response(200, answered(200).headers, b"<p>"), path=PLACE),
    ],
)
def test_only_the_document_of_a_served_version_is_changed(other: Scene) -> None:
    for requirement in ("DOC-001", "DOC-003", "VER-005"):
        assert [one.name for one in VIOLATIONS[requirement] if one.apply(other) is not None] == []


def test_the_document_is_as_it_was_once_a_kind_was_applied() -> None:
    whole = served()
    before = whole.response.body
    for requirement in ("DOC-001", "DOC-003", "VER-005"):
        for one in VIOLATIONS[requirement]:
            one.apply(whole)
    assert whole.response.body == before
    assert json.loads(before) == document()
