"""The OpenAPI documents and the page that shows them (roadmap 3.1)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.core.management import CommandError, call_command
from drf_spectacular.drainage import GENERATOR_STATS, warn
from openapi_spec_validator import validate

from reference_app.api import documents
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


def test_the_command_prints_the_documents_that_are_served_one_a_line(
    api: Api, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("export_documents")
    lines = capsys.readouterr().out.splitlines()
    assert [json.loads(line) for line in lines] == [
        api.get(f"/api/{version}/openapi.json").json() for version in ("v1", "v2")
    ]


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_a_warning_of_the_generator_ends_the_command(monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    right = documents.DocumentGenerator.get_schema

    def guess(generator: Any, *arguments: Any, **named: Any) -> Any:
        document = right(generator, *arguments, **named)
        if generator.api_version == version:
            warn("unable to guess the type")
        return document

    monkeypatch.setattr(documents.DocumentGenerator, "get_schema", guess)
    with pytest.raises(CommandError, match="without a warning"):
        call_command("export_documents")
    GENERATOR_STATS.reset()


def test_every_operation_is_documented_with_its_errors(document: Any) -> None:
    found = operations(document)
    assert len(found) >= 6
    for path, method, operation in found:
        where = f"{method} {path}"
        assert operation["summary"], where
        assert operation["description"], where
        assert operation["security"] in ([{}], [{"bearer": []}]), where
        assert {"400", "401", "413", "415", "429"} <= set(operation["responses"]), where
        assert ("404" in operation["responses"]) or "{" not in path, where
        assert operation.get("deprecated", False) is (document["servers"] == [{"url": "/api/v1"}]), where
        for parameter in operation.get("parameters", ()):
            assert parameter["description"], where


def test_the_paths_of_a_document_begin_at_the_base_of_its_version(document: Any) -> None:
    (server,) = document["servers"]
    version = server["url"].removeprefix("/api/")
    assert version in {"v1", "v2"}
    assert document["info"]["version"].endswith(f"({version})")
    assert not [path for path in document["paths"] if path.startswith("/api")]


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
