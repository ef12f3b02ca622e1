"""VER-003: one schema allows all that another one allows, decided keyword by keyword."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from spec.checks.support.schema_containment import Containment
from spec.surface.openapi import Document


def widenings(inner: Any, outer: Any, *, schemas: Any = None, later: Any = None, answers: bool = False) -> list[str]:
    """Say where the inner schema allows more."""
    mine, others = (Document({"components": {"schemas": one or {}}}) for one in (schemas, later or schemas))
    return list(map(str, Containment(mine, others, keeps_members=answers).widenings(inner, outer)))


NUMBERS = st.integers(-3, 3)
SIMPLE = st.one_of(
    st.fixed_dictionaries({"type": st.sampled_from(["integer", "number"])}, optional={
        "minimum": NUMBERS, "maximum": NUMBERS, "exclusiveMinimum": NUMBERS, "exclusiveMaximum": NUMBERS,
        "multipleOf": st.integers(1, 3),
    }),
    st.fixed_dictionaries({"type": st.just("string")}, optional={
        "minLength": st.integers(0, 3), "maxLength": st.integers(0, 3),
    }),
    st.fixed_dictionaries({"enum": st.lists(st.one_of(NUMBERS, st.sampled_from(["", "a", None])), min_size=1)}),
    st.fixed_dictionaries({"const": NUMBERS}),
    st.sampled_from([True, False, {}, {"type": "null"}, {"type": ["string", "null"]}, {"type": "boolean"}]),
)  # fmt: skip
SCHEMAS = st.recursive(
    SIMPLE,
    lambda inner: st.one_of(
        st.fixed_dictionaries({"type": st.just("array")}, optional={
            "items": inner, "minItems": st.integers(0, 2), "maxItems": st.integers(0, 2),
        }),
        # Both members are named: what a schema does not name at all, another one may add.
        st.fixed_dictionaries({
            "type": st.just("object"), "properties": st.fixed_dictionaries({"a": inner, "b": inner}),
        }, optional={
            "required": st.lists(st.sampled_from("ab"), unique=True), "additionalProperties": st.booleans(),
        }),
        st.fixed_dictionaries({"anyOf": st.lists(inner, min_size=1, max_size=2)}),
        st.fixed_dictionaries({"allOf": st.lists(inner, min_size=1, max_size=1)}),
    ),
    max_leaves=4,
)  # fmt: skip
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-4, 4), st.floats(-3, 3), st.text("ab", max_size=4)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from("ab"), inner)),
    max_leaves=4,
)


@given(SCHEMAS)
def test_every_schema_allows_what_it_allows(schema: Any) -> None:
    assert widenings(schema, schema) == []


@given(SCHEMAS, SCHEMAS, VALUES)
def test_a_value_of_the_narrower_schema_is_one_of_the_wider(inner: Any, outer: Any, value: Any) -> None:
    if Draft202012Validator(inner).is_valid(value) and not Draft202012Validator(outer).is_valid(value):
        assert widenings(inner, outer) != []


@pytest.mark.parametrize(
    ("inner", "outer", "found"),
    [
        ({"type": "string"}, {"type": "integer"}, ["the whole: the type string beside integer"]),
        ({"type": "integer"}, {"type": "number"}, []),
        ({"type": "number"}, {"type": "integer"}, ["the whole: the type number beside integer"]),
        ({"type": "string", "nullable": True}, {"type": "string"}, ["the whole: the type null beside string"]),
        ({"enum": [1, 2, 3]}, {"enum": [1, 2]}, ["the whole: the values [3]"]),
        ({"type": "string"}, {"enum": ["a"]}, ["the whole: any value instead of one of ['a']"]),
        ({"maximum": 10}, {"exclusiveMaximum": 10}, ["the whole: values up to 10 instead of 10"]),
        ({"type": "integer", "maximum": 10, "exclusiveMaximum": True}, {"type": "integer", "exclusiveMaximum": 10}, []),
        ({"type": "string", "format": "date"}, {"type": "string", "format": "uri"},
         ["the whole: format 'date' instead of 'uri'"]),
        ({"oneOf": [{"type": "string"}, {"type": "null"}]}, {"type": ["string", "null"]}, []),
        ({"oneOf": [{"type": "string"}, {"type": "null"}]}, {"type": "string"},
         ["the whole: the type null beside string"]),
    ],
)  # fmt: skip
def test_a_difference_is_named(inner: Any, outer: Any, found: list[str]) -> None:
    assert widenings(inner, outer) == found


LAMP = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "integer"},
        "parts": {"type": "array", "items": {"$ref": "#/components/schemas/Lamp"}},
    },
}


def test_schemas_that_hold_themselves_are_compared_to_their_end() -> None:
    reference = {"$ref": "#/components/schemas/Lamp"}
    assert widenings(reference, reference, schemas={"Lamp": LAMP}) == []
    changed = {**LAMP, "properties": {**LAMP["properties"], "id": {"type": "string"}}}  # type: ignore[dict-item]
    found = widenings(reference, reference, schemas={"Lamp": LAMP}, later={"Lamp": changed})
    assert found == ["/id: the type integer beside string"]


def test_answers_keep_each_member_and_may_have_more() -> None:
    before = {"type": "object", "required": ["id"], "properties": {"id": {}, "name": {}, "note": {"writeOnly": True}}}
    more = {**before, "properties": {**before["properties"], "colour": {}}}  # type: ignore[dict-item]
    assert widenings(more, before, answers=True) == []
    gone = {"type": "object", "properties": {"colour": {}}}
    assert widenings(gone, before, answers=True) == ["/id: it may be missing", "/name: it is gone"]


def test_requests_may_have_what_they_had_and_need_no_more() -> None:
    before = {"type": "object", "properties": {"name": {"type": "string"}, "id": {"readOnly": True}}}
    now = {"type": "object", "required": ["name", "id"], "properties": {**before["properties"], "new": {}}}  # type: ignore[dict-item]
    assert widenings(before, now) == ["/name: it may be missing"]
    assert widenings(before, {**before, "additionalProperties": False}) == ["/(any other member): no value is allowed"]
    assert widenings(before, {"type": "object", "properties": {}, "additionalProperties": False}) == [
        "/name: no value is allowed",
        "/(any other member): no value is allowed",
    ]
