"""Violations of DOC-001, DOC-003 and VER-005, made in the OpenAPI document that a version serves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from spec.falsify.points.kinds.document_changes import (
    DocumentChange,
    answer_schema,
    answer_without_description,
    answered_with,
    becomes,
    body_schema,
    first_parameter,
    gone,
    in_document,
    in_operations,
    is_served_document,
    lost_answer,
    named_as_its_neighbour,
    no_errors,
    no_path_parameter,
    no_query,
    one_more_parameter,
    path_item,
)
from spec.falsify.points.value_classes import read_json
from spec.falsify.points.violations import Scene, ViolationKind, body_is, status_is, with_body
from spec.falsify.points.wire_facts import SERVED, VERSION
from spec.target.exchange import Response

ELSEWHERE: Final = "https://elsewhere.example/schemas.json#/Thing"
NOWHERE: Final = "#/components/schemas/NoSuchThing"
_HTML: Final = b"<!doctype html><title>Documentation</title><h1>Documentation</h1>"


def _component(kind: str, name: str, value: object) -> DocumentChange:
    """Put one more component into the document."""
    return lambda content: content["components"].setdefault(kind, {}).update({name: value})


def _lost_component(kind: str, place: int) -> DocumentChange:
    """Remove a component that is referred to."""

    def change(content: dict[str, Any]) -> None:
        held = content["components"].get(kind, {})
        used = [name for name in sorted(held) if f'"#/components/{kind}/{name}"' in json.dumps(content)]
        if used:
            held.pop(used[place % len(used)])

    return change


def _property(schema: object) -> DocumentChange:
    """Spoil a property of the first object among the components."""

    def change(content: dict[str, Any]) -> None:
        objects = [one for _, one in sorted(content["components"]["schemas"].items()) if one.get("properties")]
        for one in objects[:1]:
            one["properties"][min(one["properties"])] = schema

    return change


def _spoil(member: str, value: object) -> DocumentChange:
    return lambda content: content.update({member: value})


def _lose(*place: str) -> DocumentChange:
    """Remove the member at a place."""

    def change(content: dict[str, Any]) -> None:
        node = content
        for name in place[:-1]:
            node = node.get(name, {})
        node.pop(place[-1], None)

    return change


def _without_slash(content: dict[str, Any]) -> None:
    content["paths"] = {path.removeprefix("/") if path == min(content["paths"]) else path: item
                        for path, item in content["paths"].items()}  # fmt: skip


def _cut(scene: Scene) -> Response:
    return with_body(scene.response, scene.response.body[: len(scene.response.body) // 2])


def _other_version(scene: Scene) -> tuple[str, str]:
    own = next(one for one in SERVED if scene.is_in(VERSION, one))
    return own, next(one for one in SERVED if one != own)


def _renamed(scene: Scene) -> Response:
    own, other = _other_version(scene)
    told = scene.response.body.replace(f"/api/{own}".encode(), f"/api/{other}".encode())
    return with_body(scene.response, told)


def _foreign_path(scene: Scene) -> Response | None:
    """Move the first path to the other version, by servers of its own."""
    _, other = _other_version(scene)
    content = read_json(scene.response.body)
    path = min(content["paths"], default=None)
    if path is None:
        return None
    content["paths"][path]["servers"] = [{"url": f"/api/{other}"}]
    return with_body(scene.response, json.dumps(content).encode())


def _no_operations(content: dict[str, Any]) -> None:
    content["paths"] = {path: {} for path in content["paths"]}


def _unserved(*statuses: int) -> Iterator[ViolationKind]:
    """Yield the kinds by which no document comes at all, or something that is none."""
    yield from (status_is(one, 200, where=is_served_document) for one in statuses)
    yield body_is("a page in place of the document", _HTML, "text/html; charset=utf-8", is_served_document)
    yield body_is("an empty object in place of the document", b"{}", "application/json", is_served_document)
    yield ViolationKind("a document that ends in the middle", _cut, is_served_document)


_DOC_001: Final = (
    *_unserved(),
    body_is("the document in a list", b"[{}]", "application/json", is_served_document),
    in_document("info gone", _lose("info")),
    in_document("title gone", _lose("info", "title")),
    in_document("info.version gone", _lose("info", "version")),
    in_document("openapi gone", _lose("openapi")),
    in_document("openapi is a number", _spoil("openapi", 3.1)),
    in_document("paths is a list", _spoil("paths", [])),
    in_document("servers is an object", _spoil("servers", {"url": "/"})),
    in_document("tags is a text", _spoil("tags", "Shop")),
    in_document("a path without its slash", _without_slash),
    in_document("a component refers to nowhere", _component("schemas", "Extra", {"$ref": NOWHERE})),
    in_document("a component refers to another document", _component("schemas", "Extra", {"$ref": ELSEWHERE})),
    in_document("a component refers to a file", _component("schemas", "Extra", {"$ref": "common.json#/Extra"})),
    in_document("an answer refers to nowhere", _component("responses", "Extra", {"$ref": "#/components/responses/No"})),
    in_document("a property refers to nowhere", _property({"$ref": NOWHERE})),
    in_document("a property refers to another document", _property({"$ref": ELSEWHERE})),
    in_document("the type of a property is none", _property({"type": "text"})),
    in_document("the enum of a property is a text", _property({"type": "string", "enum": "one"})),
    *(in_document(f"schema {place} gone that is used", _lost_component("schemas", place)) for place in (1, 7, 13, 19)),
    *(in_document(f"answer {place} gone that is used", _lost_component("responses", place)) for place in (1, 4, 6)),
    *in_operations("body refers to nowhere", body_schema({"$ref": NOWHERE})),
    *in_operations("body refers to another document", body_schema({"$ref": ELSEWHERE})),
    *in_operations("body has a schema of no type", body_schema({"type": "thing"})),
    *in_operations("request body refers to nowhere", becomes("requestBody", {"$ref": "#/components/requestBodies/No"})),
    *in_operations("answer refers to nowhere", answer_schema({"$ref": NOWHERE})),
    *in_operations("answer refers to another document", answer_schema({"$ref": ELSEWHERE})),
    *in_operations("error refers to nowhere", answered_with("400", {"$ref": "#/components/responses/NoSuchAnswer"})),
    *in_operations("answer without a description", answer_without_description),
    *in_operations("answer under a status that is none", answered_with("okay", {"description": "Fine."})),
    *in_operations("parameter refers to nowhere", one_more_parameter({"$ref": "#/components/parameters/NoSuchOne"})),
    *in_operations("parameter without a place", first_parameter("in")),
    *in_operations("parameter without a name", first_parameter("name")),
    *in_operations("parameter without a schema", first_parameter("schema")),
    *in_operations("parameter in a place that is none", first_parameter("in", "body")),
    *in_operations("path parameter gone", no_path_parameter),
    *in_operations("path item refers to nowhere", path_item("#/components/pathItems/NoSuchPath")),
    *in_operations("path item refers to another document", path_item(ELSEWHERE)),
    *in_operations("operationId of its neighbour", named_as_its_neighbour),
    *in_operations("responses is a list", becomes("responses", [])),
    *in_operations("security is an object", becomes("security", {"bearer": []})),
    *in_operations("tags is a text", becomes("tags", "Shop")),
    *in_operations("deprecated is a text", becomes("deprecated", "no")),
)
_ERRORS: Final = ("400", "401", "403", "404", "409", "415", "422", "429")
_DOC_003: Final = (
    *in_operations("summary gone", gone("summary")),
    *in_operations("summary empty", becomes("summary", "")),
    *in_operations("summary of spaces", becomes("summary", "   ")),
    *in_operations("description gone", gone("description")),
    *in_operations("description empty", becomes("description", "")),
    *in_operations("description of spaces", becomes("description", "   ")),
    *in_operations("security gone", gone("security")),
    *in_operations("parameters of the query gone", no_query),
    *in_operations("all errors gone", no_errors),
    *(kind for status in _ERRORS for kind in in_operations(f"error {status} gone", lost_answer(status))),
)
_VER_005: Final = (
    *_unserved(404, 410, 500),
    in_document("a document without paths", _spoil("paths", {})),
    in_document("a document without operations", _no_operations),
    ViolationKind("the document names the other version's paths", _renamed, is_served_document),
    ViolationKind("a path of the other version", _foreign_path, is_served_document),
)
VIOLATIONS: Final[dict[str, tuple[ViolationKind, ...]]] = {
    "DOC-001": _DOC_001,
    "DOC-003": _DOC_003,
    "VER-005": _VER_005,
}
