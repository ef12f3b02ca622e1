"""The OpenAPI documents and the page that shows them (roadmap 3.1)."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings as shop_settings
from django.contrib.staticfiles import finders
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from openapi_spec_validator import validate

from tests.reference_app.client import Api

METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture(params=["v1", "v2"])
def document(request: pytest.FixtureRequest, api: Api) -> Any:
    """The document of one version, as it is served."""
    response = api.get(f"/api/{request.param}/openapi.json")
    assert response.status_code == 200
    return response.json()


def operations(document: Any) -> list[tuple[str, str, Any]]:
    return [
        (path, method, operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    ]


def test_the_document_is_valid(document: Any) -> None:
    assert document["openapi"].startswith("3.1")
    validate(document)


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_the_document_is_generated_without_a_warning(version: str) -> None:
    GENERATOR_STATS.reset()
    SchemaGenerator(urlconf=shop_settings.ROOT_URLCONF, api_version=version).get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    assert not GENERATOR_STATS._warn_cache
    assert not GENERATOR_STATS._error_cache


def test_every_operation_is_documented_with_its_errors(document: Any) -> None:
    found = operations(document)
    assert len(found) >= 6
    for path, method, operation in found:
        where = f"{method} {path}"
        assert operation["summary"], where
        assert operation["description"], where
        assert operation["security"] in ([{}], [{"bearer": []}]), where
        assert {"400", "401", "429"} <= set(operation["responses"]), where
        assert ("404" in operation["responses"]) or "{" not in path, where
        assert operation.get("deprecated", False) is path.startswith("/api/v1/"), where


def test_bodies_are_closed_and_integers_are_bounded(document: Any) -> None:
    for name, schema in document["components"]["schemas"].items():
        if name.endswith("Request"):
            assert schema["additionalProperties"] is False, name
            for field, rules in schema.get("properties", {}).items():
                if rules.get("type") == "integer":
                    assert {"minimum", "maximum"} <= set(rules), f"{name}.{field}"
                if rules.get("type") == "string" and "enum" not in rules:
                    assert {"maxLength", "pattern"} <= set(rules), f"{name}.{field}"


def test_a_document_that_has_not_changed_is_not_sent_again(api: Api) -> None:
    tag = api.get("openapi.json")["ETag"]
    assert api.get("openapi.json", **{"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize(("path", "files"), [("/api/docs", 6), ("/api/redoc", 4)])
def test_a_page_has_no_inline_script_and_its_files_exist(api: Api, path: str, files: int) -> None:
    page = api.get(path)
    text = page.content.decode()
    assert page.status_code == 200
    assert "<script>" not in text
    sources = [part.split('"')[0] for part in text.split('src="')[1:] + text.split('href="')[1:]]
    assert len(sources) == files
    for source in sources:
        assert finders.find(source.removeprefix("/static/")), source
        assert api.get(source).status_code == 200


def test_browsers_find_an_icon(api: Api) -> None:
    assert api.get(api.get("/favicon.ico")["Location"]).status_code == 200
