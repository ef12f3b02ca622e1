"""VAL-015: an answer is held against its status, media type, headers and body in the document of its version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spec.checking.rules import Rule
from spec.checks.support.response_schemas import adapt_schema
from spec.checks.val import rules
from spec.target.circumstances import Circumstances
from spec.target.exchange import Request
from tests.checks.answers import answered, breaches, known

RULE = cast("Rule", rules.EveryAnswerConformsToTheDocumentOfItsVersion)
JSON = "application/json"
LAMP = {
    "type": "object",
    "required": ["id", "price", "secret"],
    "properties": {
        "id": {"type": "integer", "minimum": 1},
        "price": {"type": "number", "multipleOf": 0.01},
        "made": {"type": "string", "format": "date-time"},
        "note": {"type": ["string", "null"], "maxLength": 3},
        "secret": {"type": "string", "writeOnly": True},
    },
}
RESPONSES = {
    "200": {
        "content": {JSON: {"schema": {"$ref": "#/components/schemas/Lamp"}}},
        "headers": {
            "X-Total": {"$ref": "#/components/headers/Total"},
            "X-Note": {"schema": {"type": "string", "enum": ["new", "old"]}},
            "X-Tags": {"schema": {"type": "array", "items": {"enum": ["a", "b"]}}},
            "Content-Type": {"required": True, "schema": {"enum": ["never held against"]}},
        },
    },
    "204": {},
    "304": {},
    "4XX": {"content": {"application/*": {"schema": {"type": "object", "required": ["code"]}}}},
}
TOTAL = {"X-Total": "7"}
SOUND = {"id": 1, "price": 0.07}


def document(
    responses: Mapping[str, Any], *, version: str = "3.1.0", method: str = "get", base: str = "/v2"
) -> dict[str, Any]:
    return {
        "openapi": version,
        "servers": [{"url": base}],
        "paths": {"/lamps/{id}": {method: {"responses": responses}}},
        "components": {
            "schemas": {"Lamp": LAMP},
            "headers": {"Total": {"required": True, "schema": {"type": "integer", "minimum": 0}}},
            "responses": {"Gone": {"content": {"text/plain": {}}}},
        },
    }


def seen(status: int, body: object = None, headers: Mapping[str, str] | None = None, **given: Any) -> list[str]:
    """Say in what an answer to `GET /v2/lamps/1` differs."""
    method, media_type = given.pop("asked", "GET"), given.pop("media_type", JSON)
    facts = known(document(given.pop("responses", RESPONSES), **given))
    answer = answered(facts, Request(method, "/v2/lamps/1"), status, body, headers or {}, media_type=media_type)
    return breaches(RULE, answer)[0]


def test_an_answer_as_it_is_documented_is_no_breach() -> None:
    assert seen(200, SOUND, TOTAL) == []
    assert (
        seen(200, {**SOUND, "note": None, "more": "than is said"}, {**TOTAL, "X-Note": "new", "X-Tags": "a, b"}) == []
    )
    assert seen(404, {"code": "none"}, media_type="application/problem+json; charset=utf-8") == []
    assert seen(204) == []


@pytest.mark.parametrize(
    ("status", "body", "headers", "words"),
    [
        (201, SOUND, TOTAL, "201"),
        (500, None, {}, "500"),
        (200, SOUND, {}, "no X-Total"),
        (200, SOUND, {"X-Total": "many"}, 'many: the value is not of type "integer"'),
        (200, SOUND, {"X-Total": "-1"}, "-1: the value is less than the minimum of 0"),
        (200, SOUND, {**TOTAL, "X-Note": "odd"}, "odd: "),
        (200, SOUND, {**TOTAL, "X-Tags": "a, c"}, "a, c: /1"),
        (200, {"id": 1}, TOTAL, '"price" is a required property'),
        (200, {**SOUND, "id": "1"}, TOTAL, '/id: the value is not of type "integer"'),
        (200, {**SOUND, "price": 0.075}, TOTAL, "/price: the value is not a multiple of 0.01"),
        (200, {**SOUND, "made": "yesterday"}, TOTAL, "/made: "),
        (200, {**SOUND, "note": "long"}, TOTAL, "/note: "),
        (200, {**SOUND, "note": "\ud800\ud800\ud800\ud800"}, TOTAL, "/note: "),
        (200, {**SOUND, "secret": "told"}, TOTAL, "/secret: "),
        (200, [SOUND], TOTAL, 'the value is not of type "object"'),
        (200, b"{", TOTAL, "200 application/json: '{'"),
        (200, b"NaN", TOTAL, "200 application/json: 'NaN'"),
        (200, None, TOTAL, "no media type"),
        (204, {"id": 1}, {}, "9 octets"),
        (304, {"id": 1}, {}, "9 octets"),
        (404, {"detail": "none"}, {}, '"code" is a required property'),
    ],
)
def test_what_differs_from_the_document_is_told(status: int, body: object, headers: dict[str, str], words: str) -> None:
    (found,) = seen(status, body, headers)
    assert words in found


def test_a_half_surrogate_that_fits_its_schema_is_no_breach() -> None:
    assert seen(200, {**SOUND, "note": "\ud800"}, TOTAL) == []


def test_another_media_type_is_a_breach_and_a_range_holds_all_of_its_kind() -> None:
    assert seen(200, SOUND, TOTAL, media_type="text/html") == ["text/html"]
    assert seen(404, {"code": "none"}, media_type="text/plain") == ["text/plain"]
    ranged: dict[str, Any] = {"200": {"content": {"*/*": {}}}}
    assert seen(200, SOUND, media_type="text/html", responses=ranged) == []


def test_a_body_where_none_is_documented_is_a_breach() -> None:
    assert seen(200, SOUND, responses={"200": {}}) == ["application/json, 24 octets"]


def test_a_status_is_found_by_itself_then_its_class_then_default() -> None:
    responses = {"404": {}, "4XX": {"content": {JSON: {}}}, "default": {"$ref": "#/components/responses/Gone"}}
    assert seen(404, responses=responses) == []
    assert seen(409, {}, responses=responses) == []
    assert seen(500, b"gone", media_type="text/plain", responses=responses) == []
    assert seen(500, {}, responses=responses) == [JSON]


def test_head_is_answered_as_get_without_a_body() -> None:
    assert seen(200, None, {**TOTAL, "Content-Type": JSON}, asked="HEAD") == []
    assert seen(200, None, TOTAL, asked="HEAD") == []
    assert seen(200, None, {"Content-Type": JSON}, asked="HEAD") == ["no X-Total"]
    assert seen(200, None, {**TOTAL, "Content-Type": "text/html"}, asked="HEAD") == ["text/html"]
    assert seen(200, SOUND, TOTAL, asked="HEAD") == ["24 octets"]
    assert seen(503, None, asked="HEAD") == ["503"]


def test_what_the_document_does_not_have_is_not_spoken_of() -> None:
    facts = known(document(RESPONSES))
    asked = [("GET", "/v2/other"), ("DELETE", "/v2/lamps/1"), ("OPTIONS", "/v2/lamps/1"), ("GET", "/v1/lamps/1")]
    answers = [answered(facts, Request(method, path), 418) for method, path in asked]
    assert not any(RULE.speaks_of(one) for one in answers)
    troubled = Circumstances(troubled=frozenset({"database"}))
    assert not RULE.speaks_of(answered(facts, Request("GET", "/v2/lamps/1"), 503, circumstances=troubled))
    assert not RULE.speaks_of(answered(facts, Request("GET", "/v2/lamps/1", malformed=True), 418))


def test_each_version_has_a_document_of_its_own() -> None:
    facts = known(document(RESPONSES), document({"200": {"content": {JSON: {"schema": False}}}}, base="/v1"))
    first, second = (answered(facts, Request("GET", f"/{one}/lamps/1"), 200, SOUND, TOTAL) for one in ("v1", "v2"))
    assert [len(one) for one in breaches(RULE, first, second)] == [1, 0]


def test_a_document_that_cannot_be_read_promises_nothing_that_could_be_kept() -> None:
    for broken in (
        {"200": {"$ref": "#/components/responses/None"}},
        {"200": {"content": {JSON: {"schema": {"$ref": "https://elsewhere.example/lamp.json"}}}}},
        {"200": {"content": {JSON: {"schema": {"type": "lamp"}}}}},
        {"200": None},
    ):
        (found,) = seen(200, SOUND, responses=broken)
        assert found


NULLABLE: dict[str, Any] = {
    "type": "object",
    "properties": {
        "note": {"type": "string", "nullable": True, "enum": ["a"]},
        "lamp": {"allOf": [{"$ref": "#/components/schemas/Lamp"}], "nullable": True},
        "nullable": {"type": "integer", "minimum": 0, "exclusiveMinimum": True},
    },
}


@pytest.mark.parametrize(
    ("body", "bad"),
    [
        ({"note": None, "lamp": None, "nullable": 1}, False),
        ({"note": "b"}, True),
        ({"nullable": None}, True),
        ({"nullable": 0}, True),
        ({"lamp": {}}, True),
    ],
)
def test_a_document_of_3_0_has_its_own_words(body: object, *, bad: bool) -> None:
    responses = {"200": {"content": {JSON: {"schema": NULLABLE}}}}
    assert bool(seen(200, body, responses=responses, version="3.0.3")) is bad


NAMES = st.sampled_from(["type", "nullable", "properties", "items", "allOf", "enum", "writeOnly", "a"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | NAMES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
)


@given(VALUES)
def test_whatever_stands_in_a_document_is_adapted_or_left(value: object) -> None:
    once = adapt_schema(value)
    assert type(once) is type(value)


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=0, max_value=1e6))
def test_money_of_two_decimals_is_a_multiple_of_a_cent(amount: float) -> None:
    assert seen(200, {**SOUND, "price": round(amount, 2)}, TOTAL) == []
