"""Refusals of broken requests: one problem document for each kind of them (roadmap 1.2)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import OperationalError
from django.http import Http404

from reference_app.accounts.models import User
from reference_app.api.failures import describe
from reference_app.api.problems import BrokenRequest
from tests.reference_app.client import PASSWORD, Api

pytestmark = pytest.mark.django_db

GOOD = {"email": "ada@example.org", "password": PASSWORD, "name": "Ada"}


def refuse(api: Api, body: Any = None, *, raw: bytes | None = None, **headers: Any) -> Any:
    response = api.send("POST", "accounts", body, raw=raw, **headers)
    assert User.objects.count() == 0
    assert response["Content-Type"] == "application/problem+json"
    document = response.json()
    assert set(document) - {"errors"} == {"type", "title", "status", "detail", "code", "request_id"}
    assert document["status"] == response.status_code
    assert document["request_id"] == response["X-Request-ID"]
    return document


def errors_of(document: Any) -> list[tuple[str, str]]:
    return [(error["pointer"], error["code"]) for error in document["errors"]]


def test_the_good_body_is_accepted(api: Api) -> None:
    response = api.post("accounts", GOOD)
    assert response.status_code == 201
    assert set(response.json()) == {"id", "email", "name", "created_at"}


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("email", 5, "type"),
        ("email", None, "null"),
        ("email", True, "type"),
        ("email", ["a@b.cd"], "type"),
        ("email", "", "blank"),
        ("email", "nobody", "pattern"),
        ("email", "a@b.cd\n", "pattern"),
        ("email", " a@b.cd", "pattern"),
        ("email", "a\x00@example.org", "null_characters_not_allowed"),
        ("email", f"{'a' * 64}@{'b' * 63}.{'c' * 63}.{'d' * 63}.org", "max_length"),
        ("password", "short", "min_length"),
        ("password", "x" * 129, "max_length"),
        ("name", 1.5, "type"),
        ("name", {"first": "Ada"}, "type"),
    ],
)
def test_a_wrong_value_is_named_once(api: Api, field: str, value: object, code: str) -> None:
    document = refuse(api, {**GOOD, field: value})
    assert document["status"] == 400
    assert errors_of(document) == [(f"/{field}", code)]


def test_missing_and_unknown_fields_are_all_named(api: Api) -> None:
    document = refuse(api, {"email": "nobody", "is_staff": True, "a/b~c": 1})
    assert errors_of(document) == [
        ("/email", "pattern"),
        ("/password", "required"),
        ("/is_staff", "unknown_field"),
        ("/a~1b~0c", "unknown_field"),
    ]


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "body_missing"),
        (b"{", "not_json"),
        (b'{"email": "a@b.cd", "email": "c@d.ef"}', "duplicate_name"),
        (b'{"name": NaN}', "not_json"),
        (b'{"name": 1' + b"0" * 5000 + b"}", "not_json"),
        (b"\xef\xbb\xbf{}", "not_json"),
        (b'{"name": "\xff"}', "not_unicode"),
        (b'{"name": "\\ud800"}', "not_unicode"),
        (b"[" * 100_000, "too_deep"),
        (b'{"a":' * 21 + b"1" + b"}" * 21, "too_deep"),
    ],
)
def test_a_body_that_is_not_strict_json_is_refused(api: Api, raw: bytes, code: str) -> None:
    document = refuse(api, raw=raw)
    assert document["status"] == 400
    assert errors_of(document) == [("", code)]


@pytest.mark.parametrize("body", [[], "text", 5, None, True])
def test_a_body_that_is_no_object_is_refused(api: Api, body: object) -> None:
    document = refuse(api, raw=json.dumps(body).encode())
    assert (document["status"], errors_of(document)[0][0]) == (400, "")


def test_brackets_in_strings_are_no_depth(api: Api) -> None:
    assert api.post("accounts", {**GOOD, "name": '["{' * 30}).json()["name"] == '["{' * 30


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "application/json; charset=latin-1", ""])
def test_another_media_type_is_refused(api: Api, content_type: str) -> None:
    assert refuse(api, GOOD, content_type=content_type)["status"] == 415


@pytest.mark.parametrize("content_type", ["application/json", "Application/JSON; charset=UTF-8"])
def test_json_in_utf_8_is_accepted(api: Api, content_type: str) -> None:
    assert api.post("accounts", GOOD, content_type=content_type).status_code == 201


def test_compressed_bodies_are_refused(api: Api) -> None:
    encoding: dict[str, Any] = {"Content-Encoding": "gzip"}
    assert refuse(api, GOOD, **encoding)["status"] == 415


def test_a_large_body_is_refused(api: Api) -> None:
    assert refuse(api, raw=b'{"name": "' + b"x" * 300_000 + b'"}')["status"] == 413


@pytest.mark.parametrize("text", ["é🛒", "e\u0301", "\u202eabc", "  two  ", "<b>&amp;</b>", "\u0130ı"])
def test_text_comes_back_byte_for_byte(api: Api, text: str) -> None:
    assert api.post("accounts", {**GOOD, "name": text}).json()["name"] == text


@pytest.mark.parametrize(
    "spelling", ["ADA@EXAMPLE.ORG", "\uff41da@example.org", "ad\u212b@example.org".replace("d\u212b", "da")]
)
def test_an_address_is_taken_in_every_spelling(api: Api, spelling: str) -> None:
    api.register("ada@example.org")
    response = api.post("accounts", {**GOOD, "email": spelling})
    assert (response.status_code, response.json()["code"]) == (409, "email_taken")
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("918205736455", "password_entirely_numeric"),
        ("password123", "password_too_common"),
        ("ada@example.org", "password_too_similar"),
    ],
)
def test_a_weak_password_is_refused(api: Api, password: str, code: str) -> None:
    document = refuse(api, {**GOOD, "password": password})
    assert (document["status"], errors_of(document)) == (422, [("/password", code)])


def test_unknown_account_and_wrong_password_get_the_same_answer(api: Api) -> None:
    api.register("ada@example.org")
    known = api.post("tokens", {"email": "ada@example.org", "password": "wrong"})
    unknown = api.post("tokens", {"email": "eve@example.org", "password": "wrong"})
    assert known.status_code == unknown.status_code == 401
    assert known["WWW-Authenticate"] == unknown["WWW-Authenticate"]
    assert {**known.json(), "request_id": ""} == {**unknown.json(), "request_id": ""}


def test_parameters_that_are_not_declared_are_refused(api: Api) -> None:
    response = api.get("accounts/me?page=1")
    assert response.status_code == 401
    api.register()
    response = api.signed(api.sign_in()["access"]).get("accounts/me?page=1")
    assert errors_of(response.json()) == [("?page", "unknown_parameter")]


@pytest.mark.parametrize("path", ["/nothing", "/api/v3/products", "/api/v2/accounts/", "/api/v2/nothing", "/api/%00"])
def test_an_unknown_path_is_a_problem_document(api: Api, path: str) -> None:
    response = api.get(path)
    assert response.status_code in {400, 404}
    assert response["Content-Type"] == "application/problem+json"


def test_an_unsupported_method_says_which_are_supported(api: Api) -> None:
    for method in ("GET", "DELETE", "OPTIONS", "PROPFIND"):
        response = api.send(method, "accounts")
        assert (response.status_code, response["Allow"]) == (405, "POST")
        assert response.json()["code"] == "method_not_allowed"
    assert api.send("POST", "/api/docs").json()["code"] == "method_not_allowed"
    assert api.send("POST", "openapi.json")["Allow"] == "GET, HEAD"


def test_a_host_that_is_not_allowed_is_a_problem_document(api: Api) -> None:
    response = api.get("/api/v2/nothing", Host="evil.example")
    assert (response.status_code, response.json()["code"]) == (400, "host_not_allowed")
    assert api.get("/livez", Host="10.0.0.7").status_code == 200


def test_any_accept_gets_json(api: Api) -> None:
    response = api.get("accounts/me", Accept="text/html")
    assert (response.status_code, response["Content-Type"]) == (401, "application/problem+json")


def test_a_query_that_is_not_utf_8_is_refused(api: Api) -> None:
    assert api.get("accounts/me?x=%ff").status_code == 400


def test_the_text_of_an_unknown_failure_is_not_shown() -> None:
    assert describe(RuntimeError("SELECT secret")) is None
    assert describe(Http404("app.models.Secret")).detail == "Not found."  # type: ignore[union-attr]
    assert describe(OperationalError("host=10.0.0.1")).status == 503  # type: ignore[union-attr]
    assert describe(BrokenRequest("mine")).detail == "mine"  # type: ignore[union-attr]
