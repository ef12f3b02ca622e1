"""VAL-012: methods that a resource lacks, bodies that it does not read, and what a client does not accept."""

from __future__ import annotations

from typing import cast

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from spec.checking.rules import Answer, Rule, RuleJudge
from spec.checks.support.asked_requests import accepts
from spec.checks.val.rules import MethodsAndMediaTypesAreRefusedByTheirOwnStatus
from spec.checks.val.test_lacking_methods import list_lacking_methods
from spec.surface import kinds_of_answer as kinds
from spec.target.circumstances import Identity
from spec.target.exchange import Exchange, Request
from tests.support.judged_answers import asked, by, document_of, given, judge, known_target

RULE = cast("Rule", MethodsAndMediaTypesAreRefusedByTheirOwnStatus)
BOTH = {"Allow": "GET, POST, HEAD"}
ITEM = "/api/v1/products/7"
BODY = {"name": "a", "price": {"amount": 1}}


@pytest.mark.parametrize(
    ("exchange", "said"),
    [
        (given(asked("PUT"), 405, **BOTH), ""),
        (given(asked("PUT"), 405), "405 with Allow (RFC 9110 §15.5.6) | no Allow"),
        (given(asked("PUT", "/nothing/documented"), 405), "405 with Allow (RFC 9110 §15.5.6) | no Allow"),
        (given(asked("PUT"), 405, Allow="GET, POST, PUT"), "an Allow without PUT, which is refused | "),
        (given(asked("PUT"), 405, Allow="GET"), "an Allow with POST, which the resource has | Allow: GET"),
        (given(asked("PUT"), 405, Allow="GET POST"), "an Allow that lists methods (RFC 9110 §10.2.1) | "),
        (given(asked("PUT"), 404), "405 for PUT, which the resource lacks | 404"),
        (given(asked("PUT"), 400), "405 for PUT, which the resource lacks | 400"),
        (given(asked("PUT"), 500), "405 for PUT, which the resource lacks | 500"),
        (given(asked("PUT"), 501), "405 for PUT, which the resource lacks | 501"),
        (given(asked("DELETE", "/api/v1/cart"), 401), ""),
        (given(asked("PATCH", ITEM), 404), ""),
        (given(asked("PATCH", ITEM), 400), "405 for PATCH, which the resource lacks | 400"),
        (by(given(asked("PUT"), 401), Identity.FORGED), ""),
        (given(asked("PUT"), 429), ""),
        (given(asked("PUT", Host="elsewhere.example"), 400), ""),
        (given(asked("BREW"), 501), ""),
        (given(asked("BREW"), 405, **BOTH), ""),
        (given(asked("BREW"), 400), "405 or 501 for BREW, which the resource lacks | 400"),
        (given(asked("BREW"), 200), ""),
        (given(asked("BREW", provokes=kinds.UNKNOWN_METHOD), 200), "405 or 501 for BREW, which the resource lacks"),
        (given(asked("HEAD"), 404), ""),
        (given(asked("OPTIONS"), 400), ""),
        (given(asked("TRACE", provokes=kinds.METHOD_NOT_SUPPORTED), 501), ""),
        (given(asked("TRACE", provokes=kinds.METHOD_NOT_SUPPORTED), 400), "405 or 501 for TRACE, which the resource"),
        (given(asked("POST", body=BODY, Content_Type="text/plain"), 415), ""),
        (given(asked("POST", body=BODY, Content_Type="text/plain"), 401), ""),
        (given(asked("POST", body=BODY, Content_Type="text/plain"), 201), "415 for text/plain: the document names"),
        (given(asked("POST", body=BODY, Content_Type="Text/Plain; a=b"), 400), "415 for text/plain: the document nam"),
        (given(asked("POST", body=BODY, Content_Type="text/plain"), 500), "415 for text/plain: the document names"),
        (given(asked("POST", body=BODY, Content_Type="application/merge-patch+json"), 200), ""),
        (given(asked("POST", body=BODY, Content_Type="nonsense"), 400), ""),
        (given(asked("POST", body=BODY), 201), ""),
        (given(asked(Accept="text/csv"), 200, {}), ""),
        (given(asked(Accept="text/csv"), 406), ""),
        (given(asked(Accept="text/csv"), 200, b"a;b", "text/csv"), ""),
        (given(asked(Accept="text/csv"), 200, b"<p>", "text/html"), "406, or application/json, for Accept: text/csv"),
        (given(asked(Accept="text/csv", provokes=kinds.UNACCEPTABLE_ACCEPT), 415), "406 or the default for Accept: t"),
        (given(asked(Accept="text/csv", provokes=kinds.UNACCEPTABLE_ACCEPT), 200, {}), ""),
        (given(asked("POST", Accept="text/csv", provokes=kinds.UNACCEPTABLE_ACCEPT), 409), ""),
        (given(asked("POST", Accept="text/csv", provokes=kinds.UNACCEPTABLE_ACCEPT), 500), "406 or the default for "),
    ],
)
def test_a_request_is_refused_by_the_status_that_is_meant_for_it(exchange: Exchange, said: str) -> None:
    found = judge(RULE, exchange)
    assert found == [] if not said else [one for one in found if one.startswith(said)] != []


WORKED = given(asked("DELETE"), 200)
REFUSED = given(asked("PUT"), 405, **BOTH)


@pytest.mark.parametrize("exchanges", [[WORKED, REFUSED], [REFUSED, WORKED]])
def test_what_allow_leaves_out_does_not_work_whichever_came_first(exchanges: list[Exchange]) -> None:
    said = "405 for DELETE, as the resource has it (Allow: GET, HEAD, POST) | 200"
    assert judge(RULE, *exchanges, *exchanges) == [said] * 2 if exchanges[0] is REFUSED else [said]
    judge_of_run = RuleJudge(RULE)
    breaches = [one for two in exchanges for one in judge_of_run.judge(Answer(two, known_target())) or []]
    assert [one.answer.exchange for one in breaches] == [WORKED]


def test_allow_names_nothing_that_is_refused_on_the_same_resource() -> None:
    other = given(asked("PATCH"), 405, Allow="GET, POST, PUT")
    assert judge(RULE, REFUSED, other) == []
    said = "no 405 for PUT, as the resource has it (Allow: GET, POST, PUT) | 405"
    assert judge(RULE, other, REFUSED) == [said]


def test_what_worked_elsewhere_is_no_contradiction() -> None:
    assert judge(RULE, REFUSED, given(asked("DELETE", "/api/v1/products"), 200), given(asked("HEAD"), 200)) == []


ELSEWHERE = "/livez"
PAGE = given(asked(path=ELSEWHERE), 200, b"<p>", "text/html")
FILE = given(asked(path=ELSEWHERE), 200, b"up", "text/plain")
KNOWN = asked("PUT", ELSEWHERE, provokes=kinds.METHOD_NOT_SUPPORTED)
UNKNOWN = asked("BREW", ELSEWHERE, provokes=kinds.UNKNOWN_METHOD)
ALL = (200, 204, 302, 400, 401, 403, 404, 405, 410, 422, 429, 500, 501, 503)


@pytest.mark.parametrize(
    ("read", "request_", "wrong"),
    [
        (FILE, KNOWN, {401, 403, 404, 410, 501}),
        (PAGE, KNOWN, {404, 410, 501}),
        (FILE, UNKNOWN, {200, 204, 400, 401, 403, 404, 410, 422, 500}),
        (PAGE, UNKNOWN, {200, 204, 400, 404, 410, 422, 500}),
        (given(FILE.request, 404), UNKNOWN, set()),
        (by(FILE, Identity.STAFF), UNKNOWN, set()),
        (by(FILE, Identity.NOBODY, scheme="http"), UNKNOWN, set()),
        (FILE, asked("TRACE", ELSEWHERE, provokes=kinds.METHOD_NOT_SUPPORTED), set()),
        (FILE, asked("PUT", ELSEWHERE), set()),
        (FILE, asked("PUT", ELSEWHERE, provokes=kinds.METHOD_NOT_SUPPORTED, Host="elsewhere.example"), set()),
        (FILE, asked("PUT", "/readyz", provokes=kinds.METHOD_NOT_SUPPORTED), set()),
    ],
)
def test_what_anybody_can_read_elsewhere_refuses_methods_as_any_resource(
    read: Exchange, request_: Request, wrong: set[int]
) -> None:
    told = {status: given(request_, status, Allow="GET", Location="/") for status in ALL}
    assert {status for status, one in told.items() if judge(RULE, read, one)} == wrong
    assert {status for status, one in told.items() if judge(RULE, one, read, read)} == wrong
    for status in wrong:
        words = "405" if request_.method == "PUT" else "405 or 501"
        said = [f"{words} for {request_.method}, which the resource lacks | {status}"]
        assert judge(RULE, read, told[status]) == judge(RULE, told[status], read, read) == said


def test_credentials_may_be_refused_by_what_anybody_can_read() -> None:
    for identity in (Identity.FORGED, Identity.CUSTOMER):
        told = {status: by(given(KNOWN, status), identity) for status in (401, 403, 404, 501)}
        assert [status for status, one in told.items() if judge(RULE, FILE, one)] == [404, 501]


def test_what_no_document_tells_of_may_be_written_by_some() -> None:
    read = given(asked(path="/api/v2/banners"), 200, {})
    put = asked("PUT", "/api/v2/banners", provokes=kinds.METHOD_NOT_SUPPORTED)
    assert [status for status in (401, 403, 404, 501) if judge(RULE, read, given(put, status))] == [404, 501]


def test_a_thing_that_is_there_is_not_missing_to_an_unknown_method() -> None:
    there = by(given(asked(path=ITEM), 200), Identity.STAFF)
    lost = by(given(asked("BREW", ITEM, provokes=kinds.UNKNOWN_METHOD), 404), Identity.STAFF)
    said = ["405 or 501 for BREW, which the resource lacks | 404"]
    assert judge(RULE, there, lost) == said
    assert judge(RULE, lost, there) == []
    assert judge(RULE, there, by(lost, Identity.CUSTOMER)) == []
    assert judge(RULE, there, by(given(asked("DELETE", ITEM), 204), Identity.STAFF), lost) == []
    assert judge(RULE, there, by(given(asked(path=ITEM), 404), Identity.STAFF), lost) == []
    assert (
        judge(RULE, there, by(given(asked("PATCH", ITEM, provokes=kinds.METHOD_NOT_SUPPORTED), 404), Identity.STAFF))
        == []
    )


def test_each_resource_is_asked_by_what_its_document_lacks() -> None:
    lacking = list(list_lacking_methods(document_of("v2")))
    assert [(one.resource.removeprefix("/api/v2"), one.method) for one in lacking] == [
        *[("/products", method) for method in ("PUT", "PATCH", "DELETE", "BREW")],
        *[("/products/{id}", method) for method in ("POST", "PUT", "PATCH", "BREW")],
        *[("/cart", method) for method in ("POST", "PUT", "PATCH", "DELETE", "BREW")],
    ]
    sent = [one.asked_about("77") for one in lacking if one.resource.endswith("{id}")]
    assert {one.path for one in sent} == {"/api/v2/products/77"}
    assert [one.provokes for one in sent] == [*[kinds.METHOD_NOT_SUPPORTED] * 3, kinds.UNKNOWN_METHOD]


@drawn(st.sampled_from(["*/*", "application/*", "application/json"]), st.sampled_from(["", ";q=0.5", "; q=0.001"]))
def test_json_is_accepted_by_each_range_that_holds_it(name: str, weight: str) -> None:
    assert accepts(f"text/html, {name}{weight}", "application/json")
    assert not accepts(f"text/html, {name}; q=0", "application/json")
    assert not accepts("text/html", "application/json")
