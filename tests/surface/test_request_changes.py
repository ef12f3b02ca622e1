"""Changes of a request that works."""

from __future__ import annotations

from typing import Any, cast

from spec.surface.provocations import Ready
from spec.surface.request_changes import with_fields, with_wrong_fields
from spec.target.exchange import Request

NOT_READ = cast("Ready", None)


def test_each_field_of_a_body_is_of_another_type_at_once() -> None:
    right: dict[str, Any] = {"name": "a", "stock": 5, "price": {"amount": "1.00"}, "tags": ["a"]}
    changed = with_wrong_fields(Request("POST", "/products", json=right), NOT_READ)
    wrong = cast("dict[str, Any]", changed.json)
    assert wrong == {"name": {"a": 1}, "stock": {"a": 1}, "price": '{"amount": "1.00"}', "tags": {"a": 1}}


def test_several_fields_are_wrong_missing_and_unknown_at_once() -> None:
    right: dict[str, Any] = {"name": "a", "stock": 5, "tags": ["a"]}
    change = with_fields({"stock": "many", "no_such_field": "x"}, ["name"])
    changed = change(Request("POST", "/products", json=right), NOT_READ)
    assert changed.json == {"stock": "many", "tags": ["a"], "no_such_field": "x"}
    assert right == {"name": "a", "stock": 5, "tags": ["a"]}
