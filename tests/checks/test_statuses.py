"""ERR-005: statuses mean what RFC 9110 says, beside the request that they answer."""

from __future__ import annotations

from typing import cast

import pytest

from spec.checking.rules import Rule
from spec.checks.err.rules import StatusesMeanWhatTheySay
from spec.surface import kinds_of_answer as kinds
from spec.target.circumstances import Identity
from spec.target.exchange import Exchange, Request
from tests.support.judged_answers import asked, by, given, judge, problem, speaks

rule = cast("Rule", StatusesMeanWhatTheySay)
CART = "/api/v2/cart"


@pytest.mark.parametrize(
    ("exchange", "said"),
    [
        (given(status=401), "401 with WWW-Authenticate (RFC 9110 §15.5.2) | no WWW-Authenticate"),
        (given(asked("HEAD", CART), 401), "401 with WWW-Authenticate (RFC 9110 §15.5.2) | no WWW-Authenticate"),
        (given(status=401, WWW_Authenticate=" "), "a challenge (RFC 9110 §11.6.1) | WWW-Authenticate: ''"),
        (given(status=401, WWW_Authenticate='Bearer realm="shop"'), ""),
        (given(asked(path=CART), 403), "401 without valid credentials, which is what is lacking | 403"),
        (by(given(asked(path=CART), 403), Identity.FORGED), "401 without valid credentials, which is what is lac"),
        (by(given(asked(path=CART), 403), Identity.CUSTOMER), ""),
        (given(asked(), 403), ""),
        (given(asked(path=CART, Origin="https://elsewhere.example"), 403), ""),
        (given(status=201), "nothing created by a read | 201"),
        (given(asked("POST"), 201), ""),
        (given(asked("POST"), 204, b"x"), "no body with 204 | 204 with 1 bytes, Content-Length: 0"),
        (given(asked("POST"), 204, Content_Length="7"), "no body with 204 | 204 with 0 bytes, Content-Length: 7"),
        (given(asked("DELETE"), 204, Content_Length="0"), ""),
        (given(asked(If_None_Match='"a"'), 304, Content_Length="7"), ""),
        (given(asked(), 304), "an answer to the request, which states no condition | 304"),
        (given(asked("POST"), 412), "an answer to the request, which states no condition | 412"),
        (given(asked("POST", If_Match='"a"'), 412), ""),
        (given(asked(), 206), "the whole, where no range was asked for | 206"),
        (given(asked(Range="bytes=0-1"), 206), ""),
        (given(asked(), 301), "301 with Location | no Location"),
        (given(asked(), 308, Location="/other"), ""),
        (given(status=200, content={"code": "no"}, media_type="application/problem+json"), "a status of an error for"),
        (given(asked(), 406), "no 406 for a request that accepts JSON | 406"),
        (given(asked(Accept="text/html, */*;q=0.1"), 406), "no 406 for a request that accepts JSON | 406"),
        (given(asked(Accept="text/html, */*;q=0"), 406), ""),
        (given(asked(), 413), "no 413 for a small body | 413"),
        (given(asked("POST", body={"name": "a" * 2000}), 413), ""),
        (given(asked(), 415), "no 415 for a request without a body | 415"),
        (given(asked("POST", body={"name": "a", "price": {"amount": 1}}), 415), "no 415 for application/json, which"),
        (given(asked("POST", body={"a": 1}, Content_Type="text/plain"), 415), ""),
        (given(asked("POST", body={"name": "a"}, Content_Encoding="br"), 415), ""),
        (given(asked(), 405, Allow="POST"), "an answer to a method that the document says the resource has | 405"),
        (given(asked("POST"), 501), "an answer to a method that the document says the resource has | 501"),
        (given(asked("PUT"), 405, Allow="GET"), ""),
        (problem(asked("POST", body={"name": 7, "price": {"amount": 1}}), 409), "422, or 400, for a wrong /name | 409"),
        (problem(asked("POST", body={"name": "a", "price": {"amount": 1}}), 409), ""),
    ],
)
def test_a_status_fits_its_request(exchange: Exchange, said: str) -> None:
    found = judge(rule, exchange)
    assert found == [] if not said else len(found) == 1 and found[0].startswith(said)


EVERY = (200, 201, 204, 301, 400, 401, 403, 404, 405, 409, 410, 413, 415, 422, 429, 500, 503)


def provoked(kind: str, status: int, method: str = "PUT") -> Exchange:
    fields = {"WWW_Authenticate": "Bearer", "Location": "/", "Allow": "GET"}
    return given(Request(method, "/things/1", provokes=kind, body=b"a" * 2000), status, **fields)


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        (kinds.NO_CREDENTIALS, {403, 409, 500, 503}),
        (kinds.SIGNED_OUT, {403, 409, 500, 503}),
        (kinds.NOT_ALLOWED, {400, 401, 409, 422, 500, 503}),
        (kinds.FOREIGN_THING, {401, 500, 503}),
        (kinds.UNKNOWN_PATH, {200, 201, 204, 400, 405, 409, 413, 415, 422, 500, 503}),
        (kinds.UNKNOWN_ID, {200, 201, 204, 301, 405, 409, 500, 503}),
        (kinds.BROKEN_BODY, {200, 201, 204, 301, 405, 409, 413, 415, 500, 503}),
        (kinds.UNSUPPORTED_MEDIA_TYPE, {400, 405, 409, 422, 500, 503}),
        (kinds.MISSING_FIELD, {405, 409, 413, 415, 500, 503}),
        (kinds.WRONG_VALUE, {405, 413, 415, 500, 503}),
        (kinds.CONFLICT, {400, 401, 404, 405, 410, 413, 415, 422, 500, 503}),
        (kinds.BUDGET_SPENT, {403, 405, 413, 415, 500, 503}),
        (kinds.CANCELLED_THING, {400, 401, 404, 405, 410, 413, 415, 422, 500, 503}),
        (kinds.WRONG_QUERY, {405, 409, 413, 415, 500, 503}),
        (kinds.DELETED_THING, {405, 500, 503}),
        (kinds.SUCCESS, set()),
    ],
)
def test_what_was_to_be_provoked_has_statuses_of_its_own(kind: str, wrong: set[int]) -> None:
    assert {status for status in EVERY if judge(rule, provoked(kind, status))} == wrong


def test_a_deletion_of_what_is_not_there_may_be_done_and_a_read_may_not() -> None:
    assert judge(rule, provoked(kinds.UNKNOWN_ID, 204, "DELETE")) == []
    assert judge(rule, provoked(kinds.UNKNOWN_ID, 200, "GET")) == ["404 for an unknown id | 200"]
    assert judge(rule, provoked(kinds.DELETED_THING, 400, "GET")) == ["404, or 410, for a thing that was deleted | 400"]
    assert judge(rule, provoked(kinds.UNKNOWN_ID, 400, "GET")) == ["404 for an unknown id | 400"]


SIGNED_IN = (Identity.CUSTOMER, Identity.STRANGER, Identity.STAFF)
ONE = "/api/v2/products/7"


@pytest.mark.parametrize("identity", SIGNED_IN)
def test_who_is_signed_in_is_not_asked_to_sign_in_for_what_is_not_there(identity: Identity) -> None:
    fields = {"WWW_Authenticate": "Bearer"}
    for kind in (kinds.UNKNOWN_PATH, kinds.UNKNOWN_PATH_OUTSIDE, kinds.UNKNOWN_VERSION):
        lost = given(asked(path="/api/v2/nothing", provokes=kind), 401, **fields)
        assert judge(rule, by(lost, identity)) == ["404 for an unknown path | 401"]
        assert judge(rule, lost) == []
        assert judge(rule, by(lost, Identity.EXPIRED)) == []
    deleted = given(asked("DELETE", ONE, provokes=kinds.DELETED_THING), 401, **fields)
    assert judge(rule, by(deleted, identity)) == ["404, or 410, for a thing that was deleted | 401"]
    assert judge(rule, deleted) == []
    account = given(asked(path=CART, provokes=kinds.DELETED_THING), 401, **fields)
    assert judge(rule, by(account, identity)) == []


def test_what_is_open_to_all_asks_nobody_to_sign_in() -> None:
    for kind, said in ((kinds.DELETED_THING, "404, or 410, for a thing"), (kinds.WRONG_QUERY, "400, or 422, for a w")):
        found = judge(rule, given(asked(path=ONE, provokes=kind), 401, WWW_Authenticate="Bearer"))
        assert len(found) == 1
        assert found[0].startswith(said)


def test_a_refusal_may_have_another_reason_than_what_is_not_there() -> None:
    lost = {"path": "/nothing", "provokes": kinds.UNKNOWN_PATH}
    assert judge(rule, given(asked(**lost), 403)) == ["404 for an unknown path | 403"]
    assert judge(rule, given(asked(Origin="https://elsewhere.example", **lost), 403)) == []
    assert judge(rule, by(given(asked(**lost), 403), Identity.STAFF, scheme="http")) == []
    query = given(asked(path=CART, provokes=kinds.WRONG_QUERY), 403)
    assert judge(rule, by(query, Identity.STAFF)) == ["400, or 422, for a wrong query | 403"]
    assert judge(rule, by(given(query.request, 404), Identity.STAFF)) == []


@pytest.mark.parametrize("kind", [kinds.UNKNOWN_PATH, kinds.UNKNOWN_VERSION, kinds.CONFLICT, kinds.CANCELLED_THING])
def test_a_form_may_be_guarded_where_no_credentials_are_sent_with_it(kind: str) -> None:
    form = {"path": "/things", "provokes": kind}
    assert judge(rule, given(asked("POST", **form), 403)) == []
    signed = given(asked("POST", Authorization="Bearer a", **form), 403)
    assert len(judge(rule, by(signed, Identity.CUSTOMER))) == 1


def test_who_may_not_is_told_of_a_wrong_body_where_it_is_wrong() -> None:
    wrong = asked("POST", body={"name": 7, "price": {"amount": 1}}, provokes=kinds.NOT_ALLOWED)
    right = asked("POST", body={"name": "a", "price": {"amount": 1}}, provokes=kinds.NOT_ALLOWED)
    for status in (400, 422):
        assert judge(rule, by(problem(wrong, status), Identity.CUSTOMER)) == []
        said = f"403, or 404, for somebody who is signed in and may not | {status}"
        assert judge(rule, by(problem(right, status), Identity.CUSTOMER)) == [said]
    assert len(judge(rule, by(problem(right, 409), Identity.CUSTOMER))) == 1


def test_a_read_of_a_cancelled_thing_is_one_like_any_other() -> None:
    reads = {status for status in EVERY if judge(rule, provoked(kinds.CANCELLED_THING, status, "GET"))}
    assert reads == {201}


def test_an_ended_credential_is_not_the_conflict_that_was_to_be_provoked() -> None:
    request = asked("POST", "/api/v2/products", {"name": "a", "price": {"amount": 1}}, provokes=kinds.CONFLICT)
    refused = problem(request, 401, "revoked")
    assert judge(rule, by(refused, Identity.CUSTOMER)) == []
    assert judge(rule, refused) == ["409 for what the present state forbids | 401"]
    public = given(asked("GET", provokes=kinds.CONFLICT), 401, WWW_Authenticate="Bearer")
    assert judge(rule, by(public, Identity.CUSTOMER)) == ["409 for what the present state forbids | 401"]


def test_a_conflict_is_told_as_wrong_input_where_the_document_forbids_the_input() -> None:
    request = asked("POST", body={"name": 7, "price": {"amount": 1}}, provokes=kinds.CONFLICT)
    assert judge(rule, problem(request, 422)) == []
    assert len(judge(rule, problem(request, 409))) == 1


def test_one_wrong_status_is_told_once() -> None:
    head = given(asked("HEAD", CART, provokes=kinds.NO_CREDENTIALS), 403)
    assert judge(rule, head) == ["401 without valid credentials | 403"]


def made(status: int, name: str = "a", identity: Identity = Identity.STAFF, **fields: str) -> Exchange:
    return by(problem(asked("POST", body={"name": name, "price": {"amount": 1}}, **fields), status), identity)


def test_what_was_just_done_is_a_conflict_wherever_it_is_asked() -> None:
    first = by(given(made(201).request, 201), Identity.STAFF)
    for status in (400, 422):
        assert judge(rule, first, made(status)) == [f"409 for a request that was done just before | {status}"]
        assert judge(rule, first, by(given(asked(path=CART)), Identity.STAFF), made(status)) != []
        assert judge(rule, first, made(status, "b")) == []
        assert judge(rule, first, made(status, identity=Identity.CUSTOMER)) == []
        assert judge(rule, first, by(given(asked("DELETE")), Identity.STAFF), made(status)) == []
        assert judge(rule, first, made(status, Idempotency_Key="k")) == []
    assert judge(rule, first, made(409)) == []
    assert judge(rule, made(422)) == []


def test_it_speaks_of_the_target_as_it_is_shipped() -> None:
    assert speaks(rule, given())
    assert not speaks(rule, by(given(), Identity.NOBODY, troubled=frozenset({"database"})))
