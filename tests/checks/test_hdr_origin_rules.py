"""HDR-007 to HDR-010: versions of software, cookies, other origins."""

from __future__ import annotations

import re

import pytest

from spec.checking.rules import Answer, rules_of
from spec.checks.hdr import rules
from spec.target.circumstances import Circumstances
from spec.target.exchange import Request
from tests.checks.answers import answered, known
from tests.checks.judged_headers import CLOSED, FACTS, FRONT, Fields, field, judge

UNDOCUMENTED = known(policies={"allowed_origins": [FRONT], "served_versions": ["/api/v2"]})
VERSIONS = rules.no_answer_names_a_version_of_software


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Server", "gunicorn/23.0.0"),
        ("Server", "nginx/1.24.0 (Ubuntu)"),
        ("Server", "Microsoft-IIS/10.0"),
        ("Server", "WSGIServer/0.2 CPython/3.11.9"),
        ("server", "unheard-of 4"),
        ("X-Powered-By", "PHP/8.2"),
        ("X-Powered-By", "Express 4.18"),
        ("X-AspNet-Version", "4.0.30319"),
        ("X-AspNetMvc-Version", "5.2"),
        ("X-Django-Version", "5.2"),
        ("Via", "1.1 varnish (Varnish/6.0)"),
        ("Via", "HTTP/2 a.example, 1.1 b (squid/3.5)"),
        ("X-Debug", "Django 5.2.1 on Python 3.11"),
        ("X-Generator", "Drupal 10 (https://www.drupal.org)"),
        ("WWW-Authenticate", 'Bearer realm="uvicorn/0.30"'),
        ("WWW-Authenticate", 'Bearer realm="Keycloak 24.0.1"'),
        ("WWW-Authenticate", 'Bearer realm="unheard-of 24.0.1"'),
        ("X-Served-By", "unheard-of/2.0.1"),
        ("X-Envoy", "v1.29.1"),
        ("X-Python", "3.12"),
        ("X-Runtime-Version", "3.12"),
        ("X-Reason", "node v20.11.0"),
        ("Link", "<https://errors.pydantic.dev/2.7/v/missing>; rel=help"),
    ],
)
def test_a_header_that_names_a_version_is_seen(name: str, value: str) -> None:
    assert judge(VERSIONS, [(name, value)]) == [f"{name}: {value}"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Server", "gunicorn"),
        ("Server", "AmazonS3"),
        ("Server", "ECS (dcb/7EC9)"),
        ("X-Powered-By", "ASP.NET"),
        ("Via", "1.1 cache-17.example (CloudFront), HTTP/2 edge-3"),
        ("API-Version", "2.0"),
        ("X-API-Version", "2024-01-01"),
        ("RateLimit-Policy", '"anonymous";q=100;w=3600'),
        ("Link", '</api/v2.1/express/4.50>; rel="next"'),
        ("X-Served-By", "cache-fra-etou8220063-FRA"),
        ("Deprecation", "@1780272000"),
        ("ETag", '"3.11.2"'),
        ("ETag", 'W/"a/3.11.2"'),
        ("X-Runtime", "0.012"),
        ("X-Served-By", "cache/10.0.3.7"),
        ("X-Next-Sale", "from 12.05.2026"),
        ("X-Envoy-Upstream-Service-Time", "12.5"),
        ("Link", "<https://cdn.example/library/3.2.1/a.css>; rel=preload"),
        ("Content-Security-Policy", "script-src https://cdn.example/swagger-ui/5.17.14/"),
        ("WWW-Authenticate", 'Bearer realm="api 2.0.1", error="invalid_token"'),
    ],
)
def test_a_header_with_a_number_of_anything_else_is_no_version(name: str, value: str) -> None:
    assert judge(VERSIONS, [(name, value)]) == []


PAGE = "text/html; charset=utf-8"


@pytest.mark.parametrize(
    ("status", "media_type", "body"),
    [
        (404, PAGE, "<hr><center>nginx/1.24.0</center>"),
        (500, PAGE, "<tr><th>Django Version:</th>\n<td>5.2</td></tr>"),
        (500, PAGE, "<pre>File &quot;/usr/lib/python3.11/site-packages/x.py&quot;</pre>"),
        (400, "text/plain", "Apache/2.4.57 (Debian) Server at shop Port 80"),
        (500, "application/problem+json", '{"detail": "psycopg 3.2.1: OperationalError"}'),
        (422, "application/json", '{"url": "https://errors.pydantic.dev/2.7/v/missing"}'),
        (500, "application/json", '{"help": "https://docs.djangoproject.com/en/5.2/ref"}'),
        (405, "application/json", '{"detail": "Django REST framework 3.15"}'),
        (404, "text/plain", "node v20.11.0"),
        (404, "text/plain", "express 4.18.2"),
        (503, "text/plain", "upstream unheard-of/2.0.1"),
        (404, "application/json", '{"server": "7.1"}'),
        (200, "application/json", '{"info": {"framework": "unheard of 2.1"}}'),
        (200, "application/json", '{"build": {"python_version": "3.11.2"}}'),
        (200, PAGE, '<meta name="generator" content="WordPress 6.4">'),
        (200, PAGE, "<META content='Hugo 0.119.0' NAME=Generator>"),
        (200, PAGE, "<!-- served by gunicorn/23.0 -->"),
    ],
)
def test_a_body_that_names_a_version_is_seen(status: int, media_type: str, body: str) -> None:
    assert len(judge(VERSIONS, [], status=status, body=body.encode(), media_type=media_type)) == 1


@pytest.mark.parametrize(
    ("status", "media_type", "body"),
    [
        (200, "application/json", '{"name": "Python 3.11 for shopkeepers", "version": "2.0", "express": "4.50"}'),
        (200, "application/json", '{"openapi": "3.1.1", "info": {"version": "1.0.0"}}'),
        (200, PAGE, '<meta name="generator" content="Hugo"><script src="/swagger-ui-5.17.14.js"></script>'),
        (200, PAGE, "<p>We sell Django 5.2 by Example</p>"),
        (409, "application/problem+json", '{"detail": "Of Flask 0.5 l and Ruby 1.2 ct only 3 are left"}'),
        (409, "application/problem+json", '{"detail": "Sold out: Django by Example, node 4.50, Envoy 3.5"}'),
        (422, "application/problem+json", '{"type": "https://shop.example/docs/2.7/errors#15.5.1"}'),
        (404, "application/problem+json", '{"type": "https://node.example/problems/unknown"}'),
        (400, "application/problem+json", '{"detail": "licensed under Apache-2.0, http/1.1"}'),
        (404, "image/svg+xml", "<!-- nginx/1.24.0 -->"),
    ],
)
def test_a_body_with_a_number_of_anything_else_names_none(status: int, media_type: str, body: str) -> None:
    assert judge(VERSIONS, [], status=status, body=body.encode(), media_type=media_type) == []


def test_an_error_may_say_back_what_it_was_asked() -> None:
    request = Request("GET", "/api/v2/nginx/1.24.0")
    assert judge(VERSIONS, [], request=request, status=404, body={"detail": "no nginx/1.24.0"}) == []


COOKIES = rules.every_cookie_is_guarded
TOKEN = "f3kq0Zp1x8Vw7TbN2"


@pytest.mark.parametrize(
    "value",
    [
        f"sid={TOKEN}; Secure; HttpOnly; SameSite=Lax",
        f"__Host-csrf={TOKEN}; secure; samesite=STRICT; Path=/",
        "lang=en; Secure; SameSite=Lax",
        "sid=; Max-Age=0",
        "sid=gone; expires=Thu, 01 Jan 1970 00:00:00 GMT",
    ],
)
def test_a_guarded_cookie_is_well(value: str) -> None:
    assert judge(COOKIES, field("Set-Cookie", value)) == []


@pytest.mark.parametrize(
    ("value", "lacking"),
    [
        (f"sid={TOKEN}; HttpOnly; SameSite=Lax", "Secure"),
        (f"sid={TOKEN}; Secure; SameSite=Lax", "HttpOnly"),
        (f"basket={TOKEN}; Secure; SameSite=Lax", "HttpOnly"),
        (f"sid={TOKEN}; Secure; HttpOnly", "SameSite"),
        (f"sid={TOKEN}; Secure; HttpOnly; SameSite=None", "SameSite"),
        (f"sid={TOKEN}; Secure; HttpOnly; SameSite=Lax; SameSite=None", "SameSite"),
        ("lang=en; SameSite=Lax", "Secure"),
        ("xsrf-token=short; Secure", "SameSite"),
    ],
)
def test_an_unguarded_cookie_is_seen(value: str, lacking: str) -> None:
    fields = field("Set-Cookie", "sid=; Max-Age=0", value)
    answer = answered(FACTS, Request("GET", "/"), headers=fields)
    (found,) = [one.expected for one in COOKIES.make()(answer)]
    assert found.count(lacking) == 1
    assert re.search("with .* and ", found) is None
    assert TOKEN not in found


def test_a_cookie_is_quoted_with_its_attributes_as_they_were_sent() -> None:
    answer = answered(FACTS, Request("GET", "/"), headers=field("Set-Cookie", f"sid={TOKEN}; Path=/;HttpOnly; SECURE"))
    assert [one.observed for one in COOKIES.make()(answer)] == ["Set-Cookie: sid=…; Path=/;HttpOnly; SECURE"]


def test_the_rule_of_cookies_speaks_of_cookies_over_tls_alone() -> None:
    cookie = field("Set-Cookie", f"sid={TOKEN}")
    plain = answered(FACTS, Request("GET", "/"), headers=cookie, circumstances=Circumstances(scheme="http"))
    spoken = [answered(FACTS, Request("GET", "/"), headers=one) for one in (cookie, [], field("Set-Cookie", "a="))]
    assert [COOKIES.speaks_of(one) for one in (plain, *spoken)] == [False, True, False, False]


ORIGINS = rules.only_declared_origins_may_read_answers


def from_origin(origin: str | None, path: str = "/api/v2/products", method: str = "GET") -> Request:
    return Request(method, path, headers=() if origin is None else (("Origin", origin),))


@pytest.mark.parametrize("origin", [None, "https://evil.example", "null", FRONT])
@pytest.mark.parametrize("allowed", ["*", "null", "https://evil.example", f"{FRONT}.evil.example", f"{FRONT}/"])
@pytest.mark.parametrize("facts", [FACTS, CLOSED])
def test_an_origin_that_is_not_declared_is_never_allowed(origin: str | None, allowed: str, facts: object) -> None:
    fields = field("Access-Control-Allow-Origin", allowed)
    assert judge(ORIGINS, fields, request=from_origin(origin), facts=facts)


def test_a_declared_origin_is_allowed_by_every_answer_of_the_interface() -> None:
    asked, mirror = from_origin(FRONT), field("Access-Control-Allow-Origin", FRONT)
    for status in (200, 204, 304, 401, 404, 429):
        assert judge(ORIGINS, mirror, request=asked, status=status) == []
        assert judge(ORIGINS, [], request=asked, status=status) == ["no Access-Control-Allow-Origin"]
        assert judge(ORIGINS, mirror * 2, request=asked, status=status)
    assert judge(ORIGINS, mirror, request=asked, facts=CLOSED)
    assert judge(ORIGINS, [], request=asked, facts=CLOSED) == []
    assert judge(ORIGINS, [], request=from_origin("https://evil.example")) == []
    assert judge(ORIGINS, [], request=from_origin(FRONT, "/metrics")) == []


def test_a_version_that_the_profile_declares_is_the_interface_without_a_document() -> None:
    policy = rules.every_answer_has_a_content_policy_that_is_strict_enough
    assert judge(ORIGINS, [], request=from_origin(FRONT), facts=UNDOCUMENTED)
    assert judge(ORIGINS, [], request=from_origin(FRONT, "/metrics"), facts=UNDOCUMENTED) == []
    assert judge(policy, [], request=Request("DELETE", "/api/v2/cart"), status=204, facts=UNDOCUMENTED)
    assert judge(policy, [], request=Request("DELETE", "/cart"), status=204, facts=UNDOCUMENTED) == []


PREFLIGHTS = rules.preflights_keep_to_the_declared_origins
ALLOWED = [
    ("Access-Control-Allow-Origin", FRONT),
    ("Access-Control-Allow-Methods", "GET, POST, DELETE"),
    ("Access-Control-Allow-Headers", "authorization, Content-Type"),
]


def preflight(origin: str, method: str = "POST", path: str = "/api/v2/tokens", *fields: str) -> Request:
    asked = [("Origin", origin), ("Access-Control-Request-Method", method)]
    if fields:
        asked.append(("Access-Control-Request-Headers", ", ".join(fields)))
    return Request("OPTIONS", path, headers=tuple(asked))


SIGNING = ("content-type", "authorization")


def test_the_preflight_of_a_declared_origin_allows_what_signing_in_needs() -> None:
    assert judge(PREFLIGHTS, ALLOWED, request=preflight(FRONT, "POST", "/api/v2/tokens", *SIGNING)) == []
    assert judge(PREFLIGHTS, ALLOWED, request=preflight(FRONT, "DELETE", "/api/v2/cart", *SIGNING)) == []
    assert judge(PREFLIGHTS, ALLOWED[:1], request=preflight(FRONT)) == []
    star = [ALLOWED[0], ("Access-Control-Allow-Methods", "*"), ("Access-Control-Allow-Headers", "*, Authorization")]
    assert judge(PREFLIGHTS, star, request=preflight(FRONT, "DELETE", "/api/v2/cart", *SIGNING)) == []
    assert judge(PREFLIGHTS, ALLOWED, request=preflight(FRONT, "POST", "/api/v2/tokens", *SIGNING, "x-odd")) == []


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        (ALLOWED[1:], 200),
        ([("Access-Control-Allow-Origin", "*"), *ALLOWED[1:]], 200),
        ([ALLOWED[0], ALLOWED[2]], 200),
        (ALLOWED[:2], 200),
        ([*ALLOWED[:2], ("Access-Control-Allow-Headers", "content-type")], 200),
        ([*ALLOWED[:2], ("Access-Control-Allow-Headers", "*")], 200),
        (ALLOWED, 405),
        (ALLOWED, 302),
    ],
)
def test_a_preflight_that_allows_less_is_seen(fields: Fields, status: int) -> None:
    asked = preflight(FRONT, "DELETE", "/api/v2/cart", *SIGNING)
    assert len(judge(PREFLIGHTS, fields, request=asked, status=status)) == 1


def test_a_preflight_may_be_refused_for_what_is_not_there_or_not_paid() -> None:
    for asked in (preflight(FRONT, "POST", "/api/v2/nothing"), preflight(FRONT, "PUT"), preflight(FRONT, "GET", "/x")):
        assert judge(PREFLIGHTS, [], request=asked, status=404) == []
    assert judge(PREFLIGHTS, [], request=preflight(FRONT), status=429) == []


@pytest.mark.parametrize("one", [*ALLOWED[1:], ("Access-Control-Allow-Credentials", "true")])
@pytest.mark.parametrize("origin", ["https://evil.example", "null", f"{FRONT}.evil.example"])
def test_the_preflight_of_another_origin_allows_nothing(origin: str, one: tuple[str, str]) -> None:
    asked = preflight(origin)
    assert judge(PREFLIGHTS, [one], request=asked)
    assert judge(PREFLIGHTS, [("Access-Control-Allow-Origin", origin)], request=asked)
    assert judge(PREFLIGHTS, [("Access-Control-Allow-Origin", "*")], request=asked)
    assert judge(PREFLIGHTS, [("Access-Control-Allow-Origin", FRONT)], request=asked, facts=CLOSED)
    assert judge(PREFLIGHTS, ALLOWED, request=asked) == []
    assert judge(PREFLIGHTS, [], request=asked, status=405) == []


def test_a_request_that_is_no_preflight_is_not_judged_as_one() -> None:
    asked = Request("OPTIONS", "/api/v2/tokens", headers=(("Origin", FRONT),))
    assert judge(PREFLIGHTS, [], request=asked) == []


def test_rules_about_every_answer_speak_of_all_that_is_shipped_also_in_trouble() -> None:
    shipped = answered(FACTS, Request("GET", "/"), 500)
    broken = answered(FACTS, Request("GET", "/"), 500, circumstances=Circumstances(failing=True))
    other = answered(FACTS, Request("GET", "/"), circumstances=Circumstances(settings=frozenset({"allowed_hosts"})))
    troubled = answered(
        FACTS, Request("GET", "/readyz"), 503, circumstances=Circumstances(troubled=frozenset({"cache"}))
    )
    every = [one for one in rules_of(rules) if one.requirement != "HDR-008"]
    assert len(every) == 9
    assert all(one.speaks_of(shipped) for one in every)
    assert not any(one.speaks_of(broken) or one.speaks_of(other) for one in every)
    assert [one.requirement for one in every if not one.speaks_of(troubled)] == ["HDR-010"]
    assert isinstance(shipped, Answer)
