"""A refusal names a field by its pointer where it is a problem document, and by its name where it is not."""

from __future__ import annotations

import json

import pytest

from spec.checks.support.named_fields import describe_naming, names_one_of
from spec.target.exchange import Headers, Response

PROBLEM = {"type": "about:blank", "title": "Not valid: price", "status": 400, "code": "invalid"}


def problem(*pointers: str) -> Response:
    body = {**PROBLEM, "errors": [{"pointer": pointer} for pointer in pointers]}
    return Response(400, Headers([("Content-Type", "application/problem+json")]), json.dumps(body).encode())


def plain(body: object) -> Response:
    return Response(400, Headers([("Content-Type", "application/json")]), json.dumps(body).encode())


def test_a_problem_document_names_by_pointer_alone() -> None:
    assert names_one_of(problem("/price/amount"), ["/price/amount"])
    assert names_one_of(problem("/price"), ["/stock", "/price/amount"])
    assert not names_one_of(problem(), ["/price"])
    assert not names_one_of(problem("/stock"), ["/price"])
    assert not names_one_of(problem("/price"), [])


@pytest.mark.parametrize(
    ("body", "pointer", "named"),
    [
        ({"price": ["A valid number is required."]}, "/price", True),
        ({"errors": {"prices": [{"amount": "too low"}]}}, "/prices/0/amount", True),
        ({"error": "unitPrice has to be above 0"}, "/unitPrice", True),
        ({"error": "priceless"}, "/price", False),
        ({"error": "not valid"}, "/price", False),
        ({"error": "0"}, "/0", False),
    ],
)
def test_any_other_answer_names_by_the_last_name_as_a_word(body: object, pointer: str, named: bool) -> None:
    assert names_one_of(plain(body), [pointer]) is named


def test_what_was_named_is_told_in_few_words() -> None:
    assert describe_naming(problem("/price")) == "400 invalid naming /price"
    assert describe_naming(problem()) == "400 invalid naming nothing"
    assert describe_naming(plain({"a": 1})) == "400: '{\"a\": 1}'"
