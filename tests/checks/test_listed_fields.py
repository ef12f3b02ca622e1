"""ERR-002: a validation error lists each wrong field once, by pointer, code and detail."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from spec.checking.rules import Answer
from spec.checks.err.rules import every_wrong_field_is_listed_once as rule
from spec.checks.support.error_pointers import leads_to_field
from spec.surface.openapi import Document
from spec.target.circumstances import Identity
from spec.target.exchange import UNSET, Exchange, Request
from tests.support.judged_answers import asked, by, judge, known_target, problem, speaks

RIGHT: dict[str, Any] = {"name": "ab", "price": {"amount": 1}}


def entry(pointer: str, code: str = "wrong", detail: str = "This is wrong.", **others: object) -> dict[str, object]:
    return {"pointer": pointer, "code": code, "detail": detail, **others}


def refused(body: object, *errors: object, status: int = 400) -> Exchange:
    members = {"errors": list(errors)} if errors else {}
    return problem(asked("POST", body=body), status, "invalid", **members)


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({"name": "ab"}, [entry("/price")]),
        ({"name": "ab", "price": {}}, [entry("/price/amount")]),
        ({"name": "ab", "price": {}}, [entry("#/price/amount")]),
        ({"name": "ab", "price": 7}, [entry("/price")]),
        ({"name": "ab", "price": {"amount": -1}}, [entry("/price/amount")]),
        ({**RIGHT, "name": "abcdef", "tags": [1, "a", 2]}, [entry("/name"), entry("/tags/0"), entry("/tags/2")]),
        ({**RIGHT, "odd/one": 1}, [entry("/odd~1one")]),
        ({**RIGHT, "name": None}, [entry("/name")]),
        (RIGHT, [entry("/name", "taken")]),
    ],
)
def test_the_fields_that_the_document_forbids_are_listed(body: object, errors: list[object]) -> None:
    assert judge(rule, refused(body, *errors), refused(body, *errors, status=422)) == []


@pytest.mark.parametrize(
    ("body", "errors", "said"),
    [
        ({"name": 7, "price": {}}, [entry("/name")], "/price/amount among the wrong fields | a list of /name"),
        ({"name": "ab"}, [], "a list of the wrong fields: /price | no list 'errors' in the body"),
        (RIGHT, [entry("/name"), entry("/name", "other")], "each wrong field once | /name listed 2 times"),
        (RIGHT, [entry("#/name"), entry("/name")], "each wrong field once | /name listed 2 times"),
        (RIGHT, [entry("name")], "a JSON pointer (RFC 6901) that leads to a field | "),
        (RIGHT, [entry("/nothing/at/all")], "a JSON pointer (RFC 6901) that leads to a field | "),
        (RIGHT, [entry("/non_field_errors")], "a JSON pointer (RFC 6901) that leads to a field | "),
        ({"name": "ab"}, [entry("/price/colour")], "a JSON pointer (RFC 6901) that leads to a field | "),
        (RIGHT, [entry("/name/0/a")], "a JSON pointer (RFC 6901) that leads to a field | "),
        (RIGHT, [{"code": "a", "detail": "Some words."}], "a pointer in each entry, or a parameter or header | "),
        (RIGHT, [entry("/name", "two words")], "a code for programs in each entry | "),
        (RIGHT, [{"pointer": "/name", "detail": "Some words."}], "a code for programs in each entry | "),
        (RIGHT, [entry("/name", "wrong", "wrong")], "a readable detail in each entry | "),
        (RIGHT, [entry("/name", "wrong", "")], "a readable detail in each entry | "),
        (RIGHT, [{"pointer": "/name", "code": "wrong"}], "a readable detail in each entry | "),
        (RIGHT, [entry(""), entry("", "other")], "each wrong field once | the body as a whole listed 2 times"),
        (RIGHT, ["/name"], "a pointer in each entry, or a parameter or header | '/name'"),
    ],
)
def test_a_list_that_leaves_something_out_is_seen(body: object, errors: list[object], said: str) -> None:
    found = judge(rule, refused(body, *errors))
    assert (bool(found), [one for one in found if one.startswith(said)] != []) == (bool(said), bool(said))


def test_a_query_is_named_by_its_parameter_and_the_body_is_not_asked_for_then() -> None:
    request = asked("POST", body={"name": 7})
    assert judge(rule, problem(request, 400, "invalid", errors=[entry("?page_size")])) == []
    by_name = {"parameter": "page_size", "code": "wrong", "detail": "No number."}
    assert judge(rule, problem(request, 400, "invalid", errors=[by_name])) == []


def test_an_empty_pointer_says_nothing_of_a_query_unless_the_parameter_is_named_beside_it() -> None:
    request = asked("GET", "/api/v2/products?page=x")
    found = judge(rule, problem(request, 400, "invalid", errors=[entry("")]))
    assert found[0].startswith("a JSON pointer (RFC 6901) that leads to a field | ")
    assert judge(rule, problem(request, 400, "invalid", errors=[entry("", parameter="page")])) == []


def leads(pointer: str, schema: dict[str, Any] | None, body: object = UNSET, query: str = "", method: str = "") -> bool:
    """Tell if a pointer is accepted of an operation whose body has this schema, and that reads the parameter 'size'."""
    verb = method or ("get" if schema is None else "post")
    operation: dict[str, Any] = {"parameters": [{"in": "query", "name": "size"}]}
    if schema is not None:
        operation["requestBody"] = {"content": {"application/json": {"schema": schema}}}
    document = Document({"openapi": "3.1.0", "paths": {"/things": {verb: operation}}, "components": SHARED})
    request = Request(verb.upper(), f"/things{query}", from_origin=True, json=body)
    answer = Answer(problem(request, 400, "invalid"), replace(known_target(), documents=(document,)))
    return leads_to_field(answer, pointer)


SHARED: dict[str, Any] = {"schemas": {"Thing": {"properties": {"name": {"type": "string"}, "inner": {"items": {}}}}}}
THING = {"$ref": "#/components/schemas/Thing"}


@pytest.mark.parametrize(
    ("pointer", "schema", "body", "expected"),
    [
        ("/name", THING, {}, True),
        ("/name", THING, UNSET, True),
        ("/other", THING, {}, False),
        ("/other", THING, UNSET, False),
        ("/other", THING, {"other": 1}, True),
        ("/name/first", THING, {}, False),
        ("/inner/0", THING, {}, True),
        ("/inner/x", THING, {}, False),
        ("/inner/1", THING, {"inner": [1]}, True),
        ("/inner/x", THING, {"inner": [1]}, False),
        ("/inner/1/x", THING, {"inner": [1]}, False),
        ("/name", {"allOf": [THING, {"properties": {"price": {}}}]}, {}, True),
        ("/price/amount", {"allOf": [THING, {"properties": {"price": {}}}]}, {}, True),
        ("/other", {"allOf": [THING, {"properties": {"price": {}}}]}, {}, False),
        ("/other", {"anyOf": [THING, {"type": "null"}]}, {}, False),
        ("/other", {"type": "object"}, {}, True),
        ("/other", {"type": ["object", "null"]}, {}, True),
        ("/other", {**THING, "additionalProperties": True}, {}, True),
        ("/other", {**THING, "additionalProperties": {"type": "string"}}, {}, True),
        ("/other", {**THING, "patternProperties": {"^x": {}}}, {}, True),
        ("/other", {"$ref": "#/components/schemas/Nothing"}, {}, True),
        ("/other", {"allOf": [{"$ref": "#/components/schemas/Nothing"}, {}]}, {}, True),
    ],
)
def test_a_pointer_leads_to_what_was_sent_or_to_a_member_that_the_document_has(
    pointer: str, schema: dict[str, Any], body: object, expected: bool
) -> None:
    assert leads(pointer, schema, body) is expected


def test_without_a_body_a_pointer_names_a_parameter() -> None:
    assert leads("/size", None)
    assert leads("/page", None, query="?page=x")
    assert leads("", THING)
    assert not leads("", None)
    assert not leads("/no_such_field", None)
    assert not leads("/no_such_field", None, query="?page=x")


def test_where_the_document_has_no_such_operation_a_pointer_may_name_any_member() -> None:
    answer = Answer(problem(asked("PUT", body={"name": 7}), 400, "invalid"), known_target())
    assert leads_to_field(answer, "/other")


def test_a_header_is_named_by_a_member_of_its_own() -> None:
    request = asked("POST", body=RIGHT, Idempotency_Key="x" * 300)
    named = {"header": "Idempotency-Key", "code": "too_long", "detail": "This is too long."}
    assert judge(rule, problem(request, 400, "invalid", errors=[named])) == []
    other = {**named, "header": "If-Match"}
    assert judge(rule, problem(request, 400, "invalid", errors=[named, other])) == []
    twice = judge(rule, problem(request, 400, "invalid", errors=[named, named]))
    assert twice == ["each wrong field once | Idempotency-Key: listed 2 times"]
    pointed = judge(rule, problem(request, 400, "invalid", errors=[entry("Idempotency-Key")]))
    assert pointed[0].startswith("a JSON pointer (RFC 6901) that leads to a field | ")


@pytest.mark.parametrize(
    ("kind", "others", "shown"),
    [
        ("missing field", [entry("/name", "required", "name is required.")], 1),
        ("missing field", [entry("/name", "taken", "This name is taken.")], 0),
        ("missing field", [entry("/name", "required", "This name is taken.")], 0),
        ("missing field", [entry("/tags", "required", "tags is required.")], 0),
        ("odd value", [entry("/name", "required", "name is required.")], 1),
        ("missing field", [entry("/price/amount", "required", "amount is required.")], 0),
        ("wrong fields", [entry("/name", "required", "name is required.")], 0),
        ("", [entry("/name", "required", "name is required.")], 0),
    ],
)
def test_a_right_field_is_not_listed_for_the_reason_of_the_wrong_one(
    kind: str, others: list[object], shown: int
) -> None:
    request = asked("POST", body={"name": "ab"}, provokes=kind)
    listed = [entry("/price", "required", "price is required."), *others]
    said = "/price alone among the wrong fields, which is all that was changed of a right body"
    found = judge(rule, problem(request, 400, "invalid", errors=listed))
    assert found == [f"{said} | /name listed for the same reason"] * shown


def test_it_speaks_of_lists_and_of_what_is_certainly_wrong_alone() -> None:
    assert speaks(rule, refused({"name": "ab"}))
    assert speaks(rule, refused(RIGHT, entry("/name")))
    assert not speaks(rule, refused(RIGHT))
    for kind in ("wrong value", "odd value", "missing field", "wrong fields"):
        spoilt = refused(RIGHT)
        spoilt = replace(spoilt, request=replace(spoilt.request, provokes=kind))
        assert speaks(rule, spoilt)
        assert judge(rule, spoilt) == ["a list of the wrong fields | no list 'errors' in the body"]
    assert not speaks(rule, problem(replace(asked("POST", body=RIGHT), provokes="wrong value"), 409, "taken"))
    assert not speaks(rule, problem(asked("POST", body={"name": "ab"}), 401, "who"))
    assert not speaks(rule, problem(asked("POST", body={"name": "ab"}, Host="elsewhere.example"), 400, "host"))
    assert not speaks(rule, problem(asked("POST", body=[1]), 400, "invalid"))
    assert speaks(rule, problem(asked("POST", body=RIGHT), 422, "invalid", errors={"name": ["wrong"]}))
    assert not speaks(rule, problem(asked("POST", body=RIGHT), 409, "taken", errors=["This is taken."]))
    assert not speaks(rule, by(refused(RIGHT, entry("/name")), Identity.STAFF, failing=True))


def test_a_field_that_no_schema_names_is_wrong_only_where_such_are_refused() -> None:
    body = {**RIGHT, "name": 7, "other": 1}
    assert judge(rule, refused(body, entry("/name"))) == ["/other among the wrong fields | a list of /name"]
    assert judge(rule, refused(body, entry("/name")), known=known_target(unknown_fields="ignored")) == []


@pytest.mark.parametrize(
    "body", [b'{"name": 1, "name": 2}', b'{"name": NaN}', b'{"name": "\\ud800"}', b'{"name": 1', b"[" * 200_000]
)
def test_a_body_of_which_readers_disagree_proves_no_field(body: bytes) -> None:
    request = replace(asked("POST", Content_Type="application/json"), json=UNSET, body=body)
    assert judge(rule, problem(request, 400, "invalid", errors=[entry("", "not_json")])) == []
