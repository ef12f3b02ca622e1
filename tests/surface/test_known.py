"""The versions of a target: those that its profile declares, else those of its documents."""

from __future__ import annotations

from typing import Any

import pytest

from spec.surface.known import Known
from spec.surface.openapi import Document
from spec.target.adapter_context import AdapterContext
from spec.target.adapters.rest import Verbs
from spec.target.exchange import Request
from tests.checks.profiles import declaring

VERBS = Verbs(AdapterContext())


def document(server: str | None, *paths: str, deprecated: bool = False, base_path: str = "") -> Document:
    """Describe reads at these paths."""
    operation = {"responses": {"200": {"description": "Done"}}, "deprecated": deprecated}
    content: dict[str, Any] = {"paths": {path: {"get": operation} for path in paths}}
    return Document(content if server is None else {**content, "servers": [{"url": server}]}, base_path)


def test_declared_versions_stand_below_the_path_of_the_base_url() -> None:
    policies = {"served_versions": ["/v2", "/v1/"], "deprecated_versions": ["/v1", "/v0"]}
    known = Known(declaring(policies), VERBS, "/shop")
    assert known.versions == ("/shop/v2", "/shop/v1")
    assert known.deprecated == {"/shop/v1"}


def test_without_a_declaration_the_documents_tell_the_versions_and_which_is_deprecated() -> None:
    documents = (document("/api/v2", "/things"), document("/api/v1", "/things", deprecated=True))
    known = Known(declaring({}), VERBS, documents=documents)
    assert known.versions == ("/api/v2", "/api/v1")
    assert known.deprecated == {"/api/v1"}


@pytest.mark.parametrize(
    ("path", "version"),
    [
        ("/api/v1", "/api/v1"),
        ("/api/v1/", "/api/v1"),
        ("/api/v1/things", "/api/v1"),
        ("/api/v10/things", ""),
        ("/api/v1x", ""),
        ("/api/v1/beta/things", "/api/v1/beta"),
    ],
)
def test_a_path_belongs_to_the_version_with_the_longest_base_above_it(path: str, version: str) -> None:
    known = Known(declaring({"served_versions": ["/api/v1", "/api/v1/beta"]}), VERBS)
    assert known.version_of(path) == version


def test_documents_with_whole_paths_belong_to_the_version_of_their_paths() -> None:
    documents = (document(None, "/api/v2/things"), document(None, "/api/v1/things", deprecated=True))
    known = Known(declaring({"served_versions": ["/api/v2", "/api/v1"]}), VERBS, documents=documents)
    assert [known.version_of_document(one) for one in documents] == ["/api/v2", "/api/v1"]
    assert known.document_of("/api/v1/other") is documents[1]
    assert known.deprecated == {"/api/v1"}


def test_a_request_is_asked_under_another_version() -> None:
    known = Known(declaring({"served_versions": ["/v2", "/v1"]}), VERBS, "/shop")
    moved = known.in_version(Request("GET", "/v2/things?page=2", query=(("a", "b"),)), "/shop/v1")
    assert (moved.path, moved.query, moved.from_origin) == ("/shop/v1/things?page=2", (("a", "b"),), True)
    back = known.in_version(moved, "/shop/v3")
    assert back.path == "/shop/v3/things?page=2"
