"""DOC-001: a documented operation is asked for where the document says, and its answer is looked up in the document."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from spec.checking.examination import Examination
from spec.checking.outcomes import Outcome, Violation
from spec.checks.doc.test_documentation import (
    test_the_openapi_documents_are_valid_and_an_operation_answers_as_each_says as examine_document,
)
from spec.target.adapter_context import AdapterContext
from spec.target.adapters.rest import Verbs
from spec.target.client import Endpoint
from spec.target.recording import Recorder
from spec.target.shop import Grants, Shop
from spec.target.source_addresses import SourceAddresses
from tests.checks.profiles import declaring
from tests.support.raw_server import RawServer, request_line


def document(servers: list[dict[str, str]] | None, **responses: object) -> dict[str, Any]:
    """Describe one operation, /things."""
    described = responses or {"200": {"description": "Things."}}
    content: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {"title": "Shop", "version": "2.0"},
        "paths": {"/things": {"get": {"responses": described}}},
    }
    return content if servers is None else {**content, "servers": servers}


@contextmanager
def serving(content: dict[str, Any], base_path: str = "") -> Iterator[tuple[Shop, RawServer]]:
    """Serve a document below a base path, and things with a status of 201 and no other."""

    def answer(request: bytes) -> bytes:
        path = request_line(request).split()[1]
        body, status = json.dumps(content if path.endswith("openapi.json") else []).encode(), b"200 OK"
        if not path.startswith(f"{base_path}/") or path.count(base_path or "//") > 1:
            status = b"404 Not Found"
        elif path.endswith("/things"):
            status = b"201 Created"
        head = b"HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % (status, len(body))
        return head + body

    with RawServer(answer) as server:
        endpoint, addresses = Endpoint(server.base_url + base_path), SourceAddresses("run")
        verbs = Verbs(AdapterContext())
        shop = Shop(declaring({}), endpoint, verbs, Grants(), addresses=addresses, recorder=Recorder())
        yield shop, server
        shop.close()


@pytest.mark.parametrize(
    ("servers", "base_path", "asked"),
    [
        (None, "", "/things"),
        (None, "/shop", "/shop/things"),
        ([{"url": "/shop"}], "/shop", "/shop/things"),
        ([{"url": "/shop/v2/"}], "/shop", "/shop/v2/things"),
        ([{"url": "https://elsewhere.example/shop"}], "/shop", "/shop/things"),
    ],
)
def test_the_base_path_stands_once_in_front_of_a_documented_path(
    servers: list[dict[str, str]] | None, base_path: str, asked: str
) -> None:
    with serving(document(servers, **{"201": {"description": "Things."}}), base_path) as (shop, server):
        examine_document(shop, Examination())
    assert [request_line(one).split()[1] for one in server.requests][-1] == asked


@pytest.mark.parametrize("key", ["201", "2XX", "default"])
def test_an_answer_is_documented_by_its_status_its_class_or_by_default(key: str) -> None:
    with serving(document(None, **{key: {"description": "Things."}})) as (shop, _):
        examine_document(shop, Examination())


def test_an_answer_of_another_status_than_the_documented_one_is_not() -> None:
    stated = {"description": "Things."}
    with serving(document(None, **{"200": stated})) as (shop, _), pytest.raises(Violation) as violation:
        examine_document(shop, Examination())
    assert violation.value.outcome is Outcome.NOT_DOCUMENTED


def test_an_answer_of_another_media_type_than_the_documented_one_is_not() -> None:
    stated = {"description": "Things.", "content": {"application/xml": {}}}
    with serving(document(None, **{"201": stated})) as (shop, _), pytest.raises(Violation) as violation:
        examine_document(shop, Examination())
    assert violation.value.observed == "application/json"
