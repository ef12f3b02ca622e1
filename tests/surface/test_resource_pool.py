"""The pool learns ids from answers and aims requests at the things that they name."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from spec.surface.openapi import Document
from spec.surface.resource_pool import ResourcePool
from spec.target.exchange import Exchange, Headers, Request, Response

PATHS = {
    "/products": ("get", "post"),
    "/products/{product_id}": ("get", "delete"),
    "/products/{product_id}/variants/{variant_id}": ("patch",),
    "/cart": ("get",),
    "/cart/lines/{line_id}": ("patch",),
    "/orders/{order_id}/cancel": ("post",),
    "/orders": ("post",),
}


@pytest.fixture
def document() -> Document:
    return Document({"paths": {path: {method: {} for method in methods} for path, methods in PATHS.items()}})


def exchange(method: str, path: str, body: object, status: int = 200) -> Exchange:
    content = b"" if body is None else json.dumps(body).encode()
    return Exchange(Request(method, path), Response(status, Headers(), content), None, datetime.now(UTC), 0.0)


def fill(pool: ResourcePool, document: Document, path: str, choice: int = 0) -> str | None:
    return pool.fill_path(next(one for one in document.operations if one.path == path), choice)


def test_members_of_a_list_fill_the_path_of_an_item_newest_first(document: Document) -> None:
    pool = ResourcePool(document)
    pool.learn(exchange("GET", "/products?page_size=2", {"results": [{"id": 7}, {"id": 8}]}))
    assert [fill(pool, document, "/products/{product_id}", choice) for choice in range(3)] == [
        "/products/8",
        "/products/7",
        "/products/8",
    ]


def test_what_is_created_fills_paths_below_it(document: Document) -> None:
    pool = ResourcePool(document)
    pool.learn(exchange("POST", "/orders", {"id": "a/b"}, status=201))
    assert fill(pool, document, "/orders/{order_id}/cancel") == "/orders/a%2Fb/cancel"


def test_nested_lists_fill_the_paths_that_are_named_after_them(document: Document) -> None:
    pool = ResourcePool(document)
    pool.learn(exchange("GET", "/cart", {"lines": [{"id": 3}]}))
    pool.learn(exchange("GET", "/products/7", {"id": 7, "variants": [{"id": 9}]}))
    assert fill(pool, document, "/cart/lines/{line_id}") == "/cart/lines/3"
    assert fill(pool, document, "/products/{product_id}/variants/{variant_id}") == "/products/7/variants/9"


def test_what_was_deleted_or_refused_is_not_there(document: Document) -> None:
    pool = ResourcePool(document)
    pool.learn(exchange("GET", "/products", {"results": [{"id": 7}]}))
    pool.learn(exchange("GET", "/products", {"results": [{"id": 5}]}, status=400))
    pool.learn(exchange("DELETE", "/products/7", None, status=204))
    assert fill(pool, document, "/products/{product_id}") is None


def test_bodies_are_filled_by_the_names_of_parameters_with_ids_of_the_same_type(document: Document) -> None:
    pool = ResourcePool(document)
    pool.learn(exchange("GET", "/products", {"results": [{"id": 7}]}))
    body: dict[str, Any] = {"product_id": 1, "lines": [{"product_id": 2, "quantity": 2}], "other_id": 3}
    assert pool.fill_body(body, 0) == {"product_id": 7, "lines": [{"product_id": 7, "quantity": 2}], "other_id": 3}


def test_things_are_learned_from_envelopes(document: Document) -> None:
    pool = ResourcePool(document)
    pool.learn(exchange("POST", "/products", {"data": {"id": 7}, "meta": {"page": 1}}, status=201))
    pool.learn(exchange("GET", "/cart", {"data": {"lines": [{"id": 3}]}}))
    pool.learn(exchange("POST", "/orders", {"data": [{"id": 5}]}, status=201))
    assert fill(pool, document, "/products/{product_id}") == "/products/7"
    assert fill(pool, document, "/cart/lines/{line_id}") == "/cart/lines/3"
    assert fill(pool, document, "/orders/{order_id}/cancel") == "/orders/5/cancel"


def test_what_a_thing_refers_to_is_not_the_thing(document: Document) -> None:
    pool = ResourcePool(document)
    pool.learn(exchange("GET", "/products/7", {"id": 7, "category": {"id": 99}}))
    pool.learn(exchange("GET", "/products", {"results": [{"id": 8, "category": {"id": 99}}]}))
    assert {fill(pool, document, "/products/{product_id}", choice) for choice in range(9)} == {"/products/8"}
