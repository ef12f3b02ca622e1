"""ERR-001: every error is one problem document, and the same kind of error has the same code each time."""

from __future__ import annotations

import json
from typing import cast

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from spec.checking.rules import Rule
from spec.checks.err.rules import EveryErrorIsOneProblemDocumentWithAStableCode
from spec.target.circumstances import Identity
from spec.target.exchange import Exchange
from tests.support.judged_answers import asked, by, given, judge, known_target, problem, speaks

RULE = cast("Rule", EveryErrorIsOneProblemDocumentWithAStableCode)


def test_a_problem_document_is_right_at_every_status_path_and_identity() -> None:
    exchanges = [
        by(problem(asked(method, path), status, f"code_{status}"), identity)
        for status in (400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 500, 503)
        for method in ("GET", "POST")
        for path in ("/api/v1/products", "/api/v2/products/7", "/nothing")
        for identity in (Identity.CUSTOMER, Identity.STAFF)
    ]
    assert judge(RULE, *exchanges) == []


@pytest.mark.parametrize(
    ("status", "content", "media_type", "said"),
    [
        (404, b"<h1>Not Found</h1>", "text/html", "application/problem+json | 404 with text/html"),
        (429, {"detail": "throttled"}, "application/json", "application/problem+json | 429 with application/json"),
        (405, b"", "", "application/problem+json | 405 with no media type"),
        (400, [1], "application/problem+json", "a problem document (a JSON object) | [1]"),
        (400, {"title": "No"}, "application/problem+json", "a text in the member code | no such member"),
        (400, {"code": 7}, "application/problem+json", "a text in the member code | 7"),
        (400, {"code": "no"}, "application/problem+json", "words for people in the member title or detail | neither"),
        (
            400,
            {"code": "two words", "title": "No"},
            "application/problem+json",
            "a code for programs, without spaces, ",
        ),
        (400, {"code": "a", "title": "No", "status": 404}, "application/problem+json", "400 in the member status, as"),
    ],
)
def test_anything_else_is_none(status: int, content: object, media_type: str, said: str) -> None:
    found = judge(RULE, given(asked(path="/api/v1/products"), status, content, media_type))
    assert len(found) == 1
    assert found[0].startswith(said)


def test_two_documents_in_one_body_are_none() -> None:
    twice = json.dumps({"code": "no", "title": "No"}).encode() * 2
    assert len(judge(RULE, given(status=400, content=twice, media_type="application/problem+json"))) == 1


@pytest.mark.parametrize(
    ("media_type", "length", "right"),
    [
        ("application/problem+json", {}, True),
        ("application/problem+json", {"Content_Length": "176"}, True),
        ("application/problem+json", {"Content_Length": "0"}, False),
        ("text/html", {}, False),
        ("", {}, False),
    ],
)
def test_an_answer_to_head_states_the_type_and_the_length_of_what_it_leaves_out(
    media_type: str, length: dict[str, str], *, right: bool
) -> None:
    assert (judge(RULE, given(asked("HEAD"), 404, b"", media_type, **length)) == []) is right


def test_it_speaks_of_errors_of_the_interface_and_of_unknown_paths_in_every_state() -> None:
    html = given(asked(path="/nothing"), 404)
    assert speaks(RULE, html)
    assert speaks(RULE, by(html, Identity.NOBODY, failing=True))
    assert speaks(RULE, by(html, Identity.NOBODY, troubled=frozenset({"cache"})))
    assert speaks(RULE, given(asked(path="/api/v2/openapi.json"), 405))
    assert not speaks(RULE, given(asked(path="/admin/login"), 403))
    assert not speaks(RULE, given(asked(path="/readyz"), 503))
    assert not speaks(RULE, given(asked(), 304))


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        (
            problem(asked(path="/api/v2/products/1")),
            problem(asked(path="/api/v2/products/1"), code="gone"),
            "a stable code: code not_found for the same request, as in GET /api/v2/products/1 → 404",
        ),
        (
            problem(asked("PUT"), 405, "method"),
            problem(asked("PATCH", "/api/v2/cart"), 405, "other"),
            "a stable code: code method for a method that the resource lacks",
        ),
        (problem(asked(path="/a")), problem(asked(path="/b"), code="lost"), "a stable code: code not_found for an unk"),
        (
            problem(asked(path="/api/v2/cart"), 401, "who"),
            problem(asked(path="/api/v2/orders"), 401, "sign_in"),
            "a stable code: code who for a read as nobody",
        ),
        (
            problem(asked("POST", "/api/v2/products"), 401, "who"),
            problem(asked("DELETE", "/api/v2/products/7"), 401, "sign_in"),
            "a stable code: code who for a request without credentials",
        ),
        (
            problem(asked(path="/api/v2/products/7", provokes="unknown id")),
            problem(asked(path="/api/v2/products/8", provokes="unknown id"), code="lost"),
            "a stable code: code not_found for an unknown id",
        ),
        (
            by(
                problem(asked("POST", body={"a": 1}, provokes="not allowed", Authorization="Bearer"), 403, "staff"),
                Identity.CUSTOMER,
            ),
            by(
                problem(asked("POST", body={"a": 2}, provokes="not allowed", Authorization="Bearer"), 403, "denied"),
                Identity.CUSTOMER,
            ),
            "a stable code: code staff for a request that is not allowed",
        ),
        (
            problem(asked("POST", Content_Type="text/csv", provokes="unsupported media type"), 415, "media_type"),
            problem(asked("POST", Content_Type="text/xml", provokes="unsupported media type"), 415, "type_unread"),
            "a stable code: code media_type for an unsupported media type",
        ),
        (
            problem(asked("POST", body={"a": "b" * 2000}, provokes="oversized body"), 413, "too_large"),
            problem(asked("POST", body={"a": "c" * 2000}, provokes="oversized body"), 413, "too_long"),
            "a stable code: code too_large for an oversized body",
        ),
    ],
)
def test_another_code_for_the_same_kind_is_seen(first: object, second: object, said: str) -> None:
    found = judge(RULE, first, second)  # type: ignore[arg-type]
    assert len(found) == 1
    assert found[0].startswith(said)
    assert judge(RULE, second, second) == []  # type: ignore[arg-type]


def test_a_form_may_be_refused_by_a_guard_before_anybody_asks_who_may() -> None:
    form = asked("POST", provokes="not allowed", Cookie="session=abcdefgh")
    told = [by(problem(form, 403, code), Identity.CUSTOMER) for code in ("csrf", "forbidden")]
    assert judge(RULE, *told) == []
    signed = asked("POST", provokes="not allowed", X_Auth="abcdefgh")
    told = [by(problem(signed, 403, code), Identity.CUSTOMER) for code in ("csrf", "forbidden")]
    assert len(judge(RULE, *told)) == 1


def test_codes_may_differ_by_a_state_that_nobody_outside_sees() -> None:
    request = asked("POST", "/api/v2/products", {"name": "a"})
    assert judge(RULE, problem(request, 409, "empty"), problem(request, 409, "sold_out")) == []
    assert judge(RULE, problem(request, 429, "burst"), problem(request, 429, "hourly")) == []
    assert judge(RULE, problem(asked(path="/api/v2/x")), problem(asked(path="/api/v2/cart/"), code="no_cart")) == []
    cart = asked(path="/api/v2/cart")
    ended = [by(problem(cart, 401, code), Identity.CUSTOMER) for code in ("expired", "revoked")]
    assert judge(RULE, *ended) == []
    assert judge(RULE, problem(asked(path="/api/v1/x")), problem(asked(path="/api/v2/x"), code="unknown")) == []


@pytest.mark.parametrize(
    ("exchanges", "shown"),
    [
        ([problem(asked("DELETE", f"/api/v2/products/{one}"), 404, f"product_{one}_missing") for one in (7, 8, 9)], 1),
        ([problem(asked("POST"), 409, f"taken_{one}", request_id=f"{one}{one}ab") for one in ("a1c", "b2c", "c3d")], 1),
        ([problem(asked("POST", body={"sku": f"K{one}"}), 409, f"taken:K{one}") for one in (11, 12, 13, 14)], 2),
        ([problem(asked("DELETE", f"/api/v2/products/{one}"), 404, f"E{one + 1}") for one in (7, 8, 9)], 0),
        ([problem(asked("DELETE", "/api/v2/products/1001"), 404, f"E{one}") for one in (1001, 1002, 1003)], 0),
    ],
)
def test_no_code_holds_an_id_or_a_number_of_its_own_request(exchanges: list[Exchange], shown: int) -> None:
    found = judge(RULE, *exchanges)
    assert len(found) == shown
    assert all(one.startswith("a stable code: no id, number or time in it; it is ") for one in found)


def test_no_code_holds_the_seconds_to_wait() -> None:
    def told(seconds: int) -> Exchange:
        content = {"title": "No", "code": f"wait_{seconds}"}
        return given(asked("POST"), 429, content, "application/problem+json", Retry_After=str(seconds))

    assert judge(RULE, told(31), told(31), told(30)) == []
    assert len(judge(RULE, told(31), told(30), told(29))) == 1


@drawn(st.lists(st.sampled_from(["about:blank", "/v1/problems/x", "/v2/problems/x", "tag:shop:x"]), max_size=6))
def test_the_types_of_a_code_are_the_shops_own_affair(types: list[str]) -> None:
    request = asked("POST")
    assert judge(RULE, *[problem(request, status, "x", type=one) for one in types for status in (400, 409)]) == []
    assert judge(RULE, *[problem(asked(path="/api/v2/products/1"), type=one) for one in types]) == []
    assert (
        judge(RULE, *[problem(request, status, f"c{status}", type=one) for one in types for status in (409, 422)]) == []
    )


FRESH = [f"refused-{one}" for one in ("3f2a9c81d0e4", "b77a01c2e9f3", "0c1d2e3f4a5b", "1720000000123")]


@pytest.mark.parametrize("status", [400, 403, 404, 409, 413, 415, 422, 429, 500])
def test_a_code_with_a_part_that_is_made_for_each_answer_is_seen(status: int) -> None:
    told = [problem(asked("POST", body={"a": place}), status, code) for place, code in enumerate(FRESH)]
    found = judge(RULE, *told)
    assert len(found) == 2
    assert found[0].startswith(
        f"a stable code: no part of it made for one answer; it is {FRESH[0]} in POST /api/v2/pro"
    )
    assert judge(RULE, *told[:2], *told[:2]) == []


def test_a_number_that_counts_the_refusals_of_one_request_is_seen() -> None:
    request = asked("POST", body={"name": 7})
    counted = [problem(request, 400, f"wrong_{one}") for one in (1, 2, 3)]
    found = judge(RULE, *counted)
    assert len(found) == 1
    assert found[0].startswith("a stable code: no number of its own for the same request; it is wrong_1 in POST")
    assert judge(RULE, *counted[:2], *counted[:2]) == []
    provoked = asked("POST", body={"name": "a"}, provokes="conflict")
    assert len(judge(RULE, *[problem(provoked, 409, f"taken_{one}") for one in (1, 2, 3)])) == 1


def test_numbered_codes_name_reasons() -> None:
    fields = [asked("POST", body={f"field{one}": 7}, provokes="wrong value") for one in range(20)]
    assert judge(RULE, *[problem(one, 400, f"E{place + 1001}") for place, one in enumerate(fields)]) == []
    assert judge(RULE, *[problem(one, 400, f"acme.{place + 400001}") for place, one in enumerate(fields)]) == []
    request = asked("POST", "/api/v2/cart")
    assert judge(RULE, *[problem(request, 409, f"E{one}") for one in (1, 2, 3)]) == []


def test_a_preflight_is_refused_for_a_reason_of_its_own() -> None:
    preflight = asked("OPTIONS", Origin="https://other.example", Access_Control_Request_Method="PUT")
    refused = problem(asked("PUT"), 405, "method_not_allowed")
    assert judge(RULE, refused, problem(preflight, 405, "origin_not_allowed")) == []
    assert len(judge(RULE, problem(preflight, 405, "origin_not_allowed"), problem(preflight, 405, "other"))) == 1


@drawn(st.lists(st.sampled_from(["not_found", "gone", "lost"]), min_size=2, max_size=6))
def test_one_request_has_one_code_in_any_order(codes: list[str]) -> None:
    found = judge(RULE, *[problem(asked(path="/api/v2/products/1"), code=code) for code in codes])
    assert len(found) == sum(code != codes[0] for code in codes)


@pytest.mark.parametrize(
    ("path", "shown"),
    [("/static/site.css", True), ("/static/a/b.css", True), ("/admin", True), ("/admin/x", False), ("/statics", False)],
)
def test_a_path_beside_the_interface_is_one_that_the_profile_declares(path: str, *, shown: bool) -> None:
    assert known_target(intended_exposure=["/static/{}", "/admin"]).exposes(path) is shown
    assert not known_target(intended_exposure=[]).exposes(path)
