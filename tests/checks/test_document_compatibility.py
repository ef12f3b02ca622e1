"""VER-003: what a later document takes away from the clients of an earlier one, each way by itself."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from spec.checks.support.document_compatibility import find_incompatibilities
from spec.surface.openapi import Document

LAMP: dict[str, Any] = {
    "type": "object",
    "required": ["id", "price"],
    "properties": {"id": {"type": "integer"}, "price": {"type": "string"}, "note": {"type": ["string", "null"]}},
}
EARLIER: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Shop", "version": "1"},
    "servers": [{"url": "/v1"}],
    "paths": {
        "/lamps/{lamp_id}": {
            "parameters": [{"name": "lamp_id", "in": "path", "required": True, "schema": {"type": "integer"}}],
            "get": {
                "parameters": [
                    {"name": "size", "in": "query", "schema": {"type": "integer", "maximum": 100}},
                    {"name": "X-Shade", "in": "header", "schema": {"type": "string"}},
                ],
                "responses": {
                    "200": {
                        "description": "One lamp",
                        "headers": {"ETag": {"required": True, "schema": {"type": "string"}}},
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Lamp"}}},
                    },
                    "404": {"$ref": "#/components/responses/Missing"},
                },
            },
            "patch": {
                "security": [{}, {"bearer": []}],
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Change"}}}},
                "responses": {"204": {"description": "Changed"}},
            },
        }
    },
    "components": {
        "schemas": {
            "Lamp": LAMP,
            "Change": {"type": "object", "properties": {"price": {"enum": ["1.00", "2.00"]}}},
        },
        "responses": {
            "Missing": {
                "description": "There is none",
                "content": {
                    "application/problem+json": {
                        "schema": {"type": "object", "properties": {"code": {"type": "string"}}}
                    }
                },
            }
        },
    },
}
ITEM = "/lamps/{lamp_id}"


def found_after(change: Callable[[Any], object]) -> list[str]:
    """Say what breaks when the document is changed so."""
    later = copy.deepcopy(EARLIER)
    change(later)
    return list(find_incompatibilities(Document(EARLIER), Document(later)))


def get(document: Any) -> Any:
    return document["paths"][ITEM]["get"]


def patch(document: Any) -> Any:
    return document["paths"][ITEM]["patch"]


def schema(document: Any, name: str) -> Any:
    return document["components"]["schemas"][name]


READ, WRITE = f"GET /v1{ITEM}", f"PATCH /v1{ITEM}"
CONTENT = "application/json"
ANYTHING = "the whole: the type array or boolean or integer or null or number or string beside object"


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda one: one["paths"][ITEM].pop("patch"), f"{WRITE} is gone"),
        (lambda one: one.update(servers=[{"url": "/v2"}]), f"{READ} is gone"),
        (lambda one: get(one)["parameters"].pop(0), f"{READ}: the query parameter size is gone"),
        (lambda one: get(one)["parameters"].append({"name": "q", "in": "query", "required": True, "schema": {}}),
         f"{READ}: the query parameter q is required now"),
        (lambda one: get(one)["parameters"][0]["schema"].update(maximum=50),
         f"{READ}: the query parameter size is narrower, the whole: values up to 100 instead of 50"),
        (lambda one: get(one)["parameters"][1].update(required=True),
         f"{READ}: the header parameter x-shade is required now"),
        (lambda one: one["paths"][ITEM]["parameters"][0]["schema"].update(minimum=1),
         f"{READ}: the path parameter number 1 is narrower, the whole: values from any number on instead of 1"),
        (lambda one: get(one).update(security=[{"bearer": []}]), f"{READ}: credentials of nobody are no longer enough"),
        (lambda one: patch(one).update(security=[{"bearer": []}]),
         f"{WRITE}: credentials of nobody are no longer enough"),
        (lambda one: patch(one)["requestBody"].update(required=True), f"{WRITE}: the body is required now"),
        (lambda one: patch(one)["requestBody"].update(content={"text/xml": {}}),
         f"{WRITE}: a body of {CONTENT} is no longer taken"),
        (lambda one: schema(one, "Change").update(required=["price"]),
         f"{WRITE}: the body is narrower, /price: it may be missing"),
        (lambda one: schema(one, "Change")["properties"]["price"]["enum"].pop(),
         f"{WRITE}: the body is narrower, /price: the values ['2.00']"),
        (lambda one: schema(one, "Change").update(additionalProperties=False),
         f"{WRITE}: the body is narrower, /(any other member): no value is allowed"),
        (lambda one: patch(one).update(responses={"200": {"description": "Changed"}}),
         f"{WRITE}: the answer 204 is gone"),
        (lambda one: get(one)["responses"]["200"].pop("headers"), f"{READ}: the answer 200 may lack the header ETag"),
        (lambda one: get(one)["responses"]["200"].update(content={}),
         f"{READ}: the answer 200 no longer comes as {CONTENT}"),
        (lambda one: schema(one, "Lamp")["properties"].pop("note"),
         f"{READ}: the answer 200 is wider, /note: it is gone"),
        (lambda one: schema(one, "Lamp")["required"].remove("price"),
         f"{READ}: the answer 200 is wider, /price: it may be missing"),
        (lambda one: schema(one, "Lamp")["properties"]["id"].update(type=["integer", "null"]),
         f"{READ}: the answer 200 is wider, /id: the type null beside integer"),
        (lambda one: schema(one, "Lamp")["properties"].update(price={"type": "object"}),
         f"{READ}: the answer 200 is wider, /price: the type object beside string"),
        (lambda one: one["components"]["responses"]["Missing"]["content"]["application/problem+json"].update(schema={}),
         f"{READ}: the answer 404 is wider, {ANYTHING}"),
    ],
)  # fmt: skip
def test_what_a_client_loses_is_found(change: Callable[[Any], object], found: str) -> None:
    assert found in found_after(change)


@pytest.mark.parametrize(
    "change",
    [
        lambda one: None,
        lambda one: one["paths"].update({"/more": {"get": {"responses": {}}}}),
        lambda one: get(one)["parameters"].append({"name": "q", "in": "query", "schema": {}}),
        lambda one: get(one)["parameters"][0]["schema"].update(maximum=200),
        lambda one: get(one)["responses"].pop("404"),
        lambda one: get(one)["responses"].update({"409": {"description": "More"}}),
        lambda one: schema(one, "Lamp")["properties"].update(colour={"type": "string"}),
        lambda one: schema(one, "Lamp")["properties"]["note"].update(type="string"),
        lambda one: schema(one, "Change")["properties"].update(colour={"type": "string"}),
        lambda one: schema(one, "Change")["properties"]["price"]["enum"].append("3.00"),
        lambda one: one["components"]["schemas"].update(Renamed=LAMP),
    ],
)
def test_what_is_added_or_admitted_breaks_nobody(change: Callable[[Any], object]) -> None:
    assert found_after(change) == []


def test_a_parameter_of_a_path_may_have_another_name() -> None:
    later = copy.deepcopy(EARLIER)
    item = later["paths"].pop(ITEM)
    item["parameters"][0]["name"] = "number"
    later["paths"]["/lamps/{number}"] = item
    assert list(find_incompatibilities(Document(EARLIER), Document(later))) == []
