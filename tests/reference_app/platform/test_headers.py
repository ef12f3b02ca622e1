"""Headers of every answer: security, request id, deprecation (roadmap 1.1 and 4.1)."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.reference_app.client import Api

pytestmark = pytest.mark.django_db

# One answer of each kind: 200, HTML, 401, 404, 405, 400 before any view, probe, document.
PATHS = [
    ("GET", "/livez"),
    ("GET", "/api/docs"),
    ("GET", "/api/v2/accounts/me"),
    ("GET", "/nothing"),
    ("DELETE", "/api/v1/accounts"),
    ("GET", "/api/v2/accounts/me?x=%ff"),
    ("GET", "/readyz"),
    ("GET", "/api/v1/openapi.json"),
    ("GET", "/metrics"),
    ("GET", "/static/shop/docs.js"),
]
STRICT = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains; preload",
}


@pytest.mark.parametrize(("method", "path"), PATHS)
def test_every_answer_is_protected(api: Api, method: str, path: str) -> None:
    response = api.send(method, path)
    assert {name: response.headers.get(name) for name in STRICT} == STRICT
    policy = response["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "frame-ancestors 'none'" in policy
    script = re.search(r"script-src ([^;]+)", policy)
    assert (script.group(1) if script else None) == ("'self'" if path == "/api/docs" else None)
    assert "camera=()" in response["Permissions-Policy"]


def test_a_429_is_protected_too(api: Api, settings: Any) -> None:
    settings.THROTTLE_ANON = "1/hour"
    api.get("/nothing")
    response = api.get("/nothing")
    assert response.status_code == 429
    assert {name: response.headers.get(name) for name in STRICT} == STRICT


def test_nothing_is_stored_unless_it_says_so(api: Api) -> None:
    assert api.get("accounts/me")["Cache-Control"] == "no-store"
    assert api.get("/readyz")["Cache-Control"] == "no-store"
    assert api.get("openapi.json")["Cache-Control"] == "public, max-age=300"


def test_a_request_id_is_echoed_within_bounds(api: Api) -> None:
    assert api.get("/livez", **{"X-Request-ID": "order-42.retry_1"})["X-Request-ID"] == "order-42.retry_1"


@pytest.mark.parametrize("offered", ["short", "x" * 65, "a" * 8 + "\n", "<script>alert(1)</script>", "é" * 10, ""])
def test_a_request_id_out_of_bounds_is_replaced(api: Api, offered: str) -> None:
    assert re.fullmatch(r"[0-9a-f]{32}", api.get("/livez", **{"X-Request-ID": offered})["X-Request-ID"])


def test_the_deprecated_version_says_so_and_the_current_does_not(api: Api) -> None:
    for path in ("/api/v1/accounts/me", "/api/v1/nothing", "/api/v1/openapi.json"):
        response = api.get(path)
        assert response["Deprecation"] == "@1780272000"
        assert response["Sunset"] == "Wed, 01 Dec 2027 00:00:00 GMT"
        assert 'rel="successor-version"' in response["Link"]
    for path in ("/api/v2/accounts/me", "/livez", "/nothing"):
        assert {"Deprecation", "Sunset", "Link"} & set(api.get(path).headers) == set()


STOREFRONT = "https://storefront.example"
FOREIGN = ("https://evil.example", "null", f"{STOREFRONT}.evil.example", f"{STOREFRONT}/", f"{STOREFRONT}:443", "")


def preflight(api: Api, path: str, origin: str) -> Any:
    asked: dict[str, Any] = {
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    return api.send("OPTIONS", path, Origin=origin, **asked)


def test_a_declared_origin_may_read_every_answer_of_the_interface(api: Api, settings: Any) -> None:
    settings.CORS_ALLOWED_ORIGINS, settings.THROTTLE_ANON = [STOREFRONT], "3/hour"
    answers = [api.get(path, Origin=STOREFRONT) for path in ("products", "nothing", "accounts/me", "products")]
    assert [answer.status_code for answer in answers] == [200, 404, 401, 429]
    for answer in answers:
        assert answer["Access-Control-Allow-Origin"] == STOREFRONT
        assert "Retry-After" in answer["Access-Control-Expose-Headers"]
        assert "origin" in answer["Vary"].lower()
    assert "origin" in api.at("192.0.2.9").get("products")["Vary"].lower()
    assert "Access-Control-Allow-Origin" not in api.get("/admin/login/", Origin=STOREFRONT)


@pytest.mark.parametrize("origin", FOREIGN)
def test_another_origin_is_answered_as_if_it_had_sent_none(api: Api, settings: Any, origin: str) -> None:
    settings.CORS_ALLOWED_ORIGINS = [STOREFRONT]
    for answer in (api.get("products", Origin=origin), preflight(api, "tokens", origin)):
        assert not [name for name in answer.headers if name.lower().startswith("access-control")]


def test_no_answer_varies_by_origin_where_none_is_declared(api: Api) -> None:
    answer = api.get("products", Origin=STOREFRONT)
    assert "origin" not in answer["Vary"].lower()
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_the_preflight_of_a_declared_origin_allows_signing_in_and_spends_budget(api: Api, settings: Any) -> None:
    settings.CORS_ALLOWED_ORIGINS, settings.THROTTLE_ANON = [STOREFRONT], "1/hour"
    allowed, refused = (preflight(api, "tokens", STOREFRONT) for _ in range(2))
    assert (allowed.status_code, refused.status_code) == (200, 429)
    for answer in (allowed, refused):
        assert answer["Access-Control-Allow-Origin"] == STOREFRONT
        assert "POST" in answer["Access-Control-Allow-Methods"]
        assert {"authorization", "content-type"} <= set(answer["Access-Control-Allow-Headers"].split(", "))
    assert STRICT.items() <= dict(allowed.headers).items()
    assert "Content-Type" not in allowed.headers


def test_plain_http_is_refused_except_for_probes(api: Api) -> None:
    plain = api.client
    refused = plain.get("/api/v2/accounts/me")
    assert (refused.status_code, refused.json()["code"]) == (403, "tls_required")
    assert "Strict-Transport-Security" not in refused.headers
    assert plain.get("/livez").status_code == 200
    assert plain.get("/readyz").status_code == 200


def test_plain_http_can_be_redirected(api: Api, settings: Any) -> None:
    settings.PLAIN_HTTP = "redirect"
    response = api.client.get("/api/v2/products?page_size=2")
    assert (response.status_code, response["Location"]) == (308, "https://testserver/api/v2/products?page_size=2")
    assert api.client.post("/api/v2/tokens", b"{}", content_type="application/json").status_code == 403
    assert api.client.get("/", headers={"Host": "evil.example"}).status_code == 400


def test_unchanged_documents_have_no_media_type_and_the_policy_of_data(api: Api) -> None:
    tag = api.get("openapi.json")["ETag"]
    unchanged = api.get("openapi.json", **{"If-None-Match": tag})
    assert unchanged.status_code == 304
    assert "Content-Type" not in unchanged.headers
    assert unchanged["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"


def test_head_has_the_length_and_no_body(api: Api) -> None:
    full, head = api.get("openapi.json"), api.send("HEAD", "openapi.json")
    assert (head.status_code, head.content) == (200, b"")
    assert head["Content-Length"] == str(len(full.content))


def test_no_cookie_is_set(api: Api) -> None:
    for method, path in PATHS:
        assert not api.send(method, path).cookies
