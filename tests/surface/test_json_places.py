"""Values in a body are listed, read and replaced by their pointers; the body itself stays as it was."""

from __future__ import annotations

from typing import Any

import pytest

from spec.surface.json_places import DELETED, list_pointers, read_at, replace_at

BODY: dict[str, Any] = {"price": {"amount": "1.00", "currency": "EUR"}, "a/b": 1, "lines": [{"id": 3}, 4]}


def test_places_are_listed_from_the_outside_in() -> None:
    assert list(list_pointers(BODY)) == [
        "/price", "/price/amount", "/price/currency", "/a~1b", "/lines", "/lines/0", "/lines/0/id", "/lines/1",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("pointer", "value"), [("/price/amount", "1.00"), ("/a~1b", 1), ("/lines/0/id", 3), ("", BODY), ("/none", DELETED)]
)
def test_a_value_is_read_or_is_not_there(pointer: str, value: object) -> None:
    assert read_at(BODY, pointer) == value


@pytest.mark.parametrize(
    ("pointer", "value", "changed"),
    [
        ("/price/amount", "2.00", {**BODY, "price": {"amount": "2.00", "currency": "EUR"}}),
        ("/price/new", 1, {**BODY, "price": {"amount": "1.00", "currency": "EUR", "new": 1}}),
        ("/price/currency", DELETED, {**BODY, "price": {"amount": "1.00"}}),
        ("/a~1b", DELETED, {"price": BODY["price"], "lines": BODY["lines"]}),
        ("/lines/0/id", "x", {**BODY, "lines": [{"id": "x"}, 4]}),
        ("/lines/1", DELETED, {**BODY, "lines": [{"id": 3}]}),
        ("/lines/7", 1, BODY),
        ("/none/inside", 1, BODY),
        ("", [], []),
    ],
)
def test_a_value_is_replaced_or_left_out_in_a_copy(pointer: str, value: object, changed: object) -> None:
    before = repr(BODY)
    assert replace_at(BODY, pointer, value) == changed
    assert repr(BODY) == before
