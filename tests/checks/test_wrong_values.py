"""The classes of wrong value are exactly those that a schema excludes, and each value is really wrong."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from spec.checks.support.wrong_values import (
    Field,
    list_fields,
    list_plainly_wrong_values,
    list_wrong_values,
    make_right_value,
)
from spec.checks.val.test_written_values import tell_covered
from spec.surface.json_places import DELETED
from spec.surface.openapi import Document

SCHEMAS: dict[str, tuple[dict[str, Any], Any, set[str]]] = {
    "bounded number": ({"type": "integer", "minimum": 1, "maximum": 9}, 5, {"type", "null", "range"}),
    "open number": ({"type": "number"}, 5, {"type", "null"}),
    "exclusive bound": ({"type": "number", "exclusiveMinimum": 0}, 1, {"type", "null", "range"}),
    "short text": ({"type": "string", "minLength": 2, "maxLength": 4}, "abc", {"type", "null", "length"}),
    "pattern": ({"type": "string", "pattern": "^[a-z]+$"}, "abc", {"type", "null", "format"}),
    "no NUL": ({"type": "string", "pattern": r"^[^\u0000]*$"}, "abc", {"type", "null", "format"}),
    "choice": ({"type": "string", "enum": ["a", "b"]}, "a", {"type", "null", "enum"}),
    "truth": ({"type": "boolean"}, True, {"type", "null"}),
    "perhaps a number": ({"type": ["integer", "null"], "minimum": 1}, 1, {"type", "range"}),
    "object": ({"type": "object"}, {}, {"type", "null"}),
}


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_excludes_its_classes_and_no_others(name: str) -> None:
    schema, right, kinds = SCHEMAS[name]
    assert {wrong.kind for wrong in list_wrong_values(Field("/a", schema, required=False), right)} == kinds


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_wrong_value_breaks_the_schema_and_the_right_one_does_not(name: str) -> None:
    schema, right, _ = SCHEMAS[name]
    validator = Draft202012Validator(schema)
    assert validator.is_valid(right)
    values = [wrong.value for wrong in list_wrong_values(Field("/a", schema, required=False), right)]
    assert [value for value in values if validator.is_valid(value)] == []


def test_a_required_field_can_be_missing() -> None:
    wrong = list_wrong_values(Field("/a", {"type": "boolean"}, required=True), right=True)
    assert [one.value for one in wrong if one.kind == "missing"] == [DELETED]


def test_an_optional_reference_or_null_allows_null() -> None:
    field = Field("/a", {"type": "string", "nullable": True}, required=False)
    assert "null" not in {one.kind for one in list_wrong_values(field, "x")}


def test_fields_inside_of_objects_are_fields() -> None:
    money = {"type": "object", "required": ["amount"], "properties": {"amount": {"type": "string"}}}
    schema = {"properties": {"price": {"anyOf": [money, {"type": "null"}]}, "id": {"readOnly": True}}}
    found = list(list_fields(Document({}), schema))
    assert [(one.pointer, one.required, "null" in one.types) for one in found] == [
        ("/price", False, True),
        ("/price/amount", True, False),
    ]


@pytest.mark.parametrize(
    ("schema", "right"),
    [
        ({"type": "boolean"}, True),
        ({"type": ["integer", "null"]}, None),
        ({"type": "integer", "minimum": 3}, 3),
        ({"type": "string", "enum": ["EUR"]}, "EUR"),
        ({"type": "string", "maxLength": 5}, "plain"),
        ({"type": "string", "default": "x"}, "x"),
    ],
)
def test_a_right_value_is_made_where_the_schema_allows_to(schema: dict[str, Any], right: object) -> None:
    assert make_right_value(Field("/a", schema, required=False)) == right


def test_a_pattern_that_nobody_can_guess_has_no_right_value() -> None:
    with pytest.raises(LookupError):
        make_right_value(Field("/a", {"type": "string", "pattern": "^[0-9]{9}$"}, required=True))


@pytest.mark.parametrize("right", [5, 1.5, "oak", True])
def test_what_is_plainly_wrong_has_another_type_than_the_right_value(right: object) -> None:
    wrong = [one.value for one in list_plainly_wrong_values(right) if one.kind == "type"]
    assert wrong
    assert not [one for one in wrong if type(one) is type(right)]


def test_a_text_may_be_read_from_a_number_and_the_other_way_round_where_no_schema_forbids_it() -> None:
    assert 5 not in [one.value for one in list_plainly_wrong_values("oak")]
    assert "5" not in [one.value for one in list_plainly_wrong_values(5)]


def test_one_sentence_says_of_which_operations_the_verdict_speaks() -> None:
    assert tell_covered(9, 2, []) == (
        "Each class of wrong value was tried in each of 9 fields of the 2 operations with a body, which are all that "
        "the document has."
    )
    assert tell_covered(9, 2, ["PATCH /lamps/{id}"]) == (
        "Each class of wrong value was tried in each of 9 fields of the 2 operations that the verbs write by; of the 1 "
        "other operation with a body, which only the document knows, the verdict says nothing: PATCH /lamps/{id}."
    )
