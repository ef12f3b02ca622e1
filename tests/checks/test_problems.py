"""A problem document is recognised by what RFC 9457 and the catalogue ask of it, and by nothing less."""

from __future__ import annotations

import json

import pytest

from spec.checks.support.problem_documents import find_differences, names_field, read_problem
from spec.target.exchange import Headers, Response, UnexpectedAnswer

SOUND: dict[str, object] = {"type": "about:blank", "title": "No", "status": 400, "code": "no"}


def answer(body: object, media_type: str = "application/problem+json") -> Response:
    return Response(400, Headers([("Content-Type", media_type)]), json.dumps(body).encode())


def test_a_sound_document_is_read() -> None:
    errors = [{"pointer": "#/price/amount", "code": "x", "detail": "y"}]
    problem = read_problem(answer({**SOUND, "errors": errors}, "application/problem+json; charset=utf-8"))
    assert (problem.code, problem.status, problem.pointers) == ("no", 400, ("/price/amount",))


@pytest.mark.parametrize(
    "change",
    [
        {"type": ""},
        {"type": "not a uri"},
        {"title": None},
        {"status": 401},
        {"status": "400"},
        {"code": ""},
        {"code": "two words"},
        {"detail": 7},
        {"title": "", "detail": "No."},
    ],
)
def test_what_lacks_a_part_is_none(change: dict[str, object]) -> None:
    with pytest.raises(UnexpectedAnswer):
        read_problem(answer({**SOUND, **change}))


def test_what_rfc_9457_lets_be_left_out_may_be() -> None:
    problem = read_problem(answer({"code": "no", "detail": "No."}))
    assert (problem.type, problem.title, problem.status, problem.pointers) == ("about:blank", "", 400, ())
    with pytest.raises(UnexpectedAnswer, match="words for people"):
        read_problem(answer({"code": "no"}))


@pytest.mark.parametrize("errors", [{"price": ["wrong"]}, [{"detail": "no pointer"}], ["price"], [{"pointer": 7}]])
def test_a_list_of_another_form_names_nothing(errors: object) -> None:
    assert read_problem(answer({**SOUND, "errors": errors})).pointers == ()


@pytest.mark.parametrize("media_type", ["application/json", "text/html", ""])
def test_another_media_type_is_none(media_type: str) -> None:
    with pytest.raises(UnexpectedAnswer):
        read_problem(answer(SOUND, media_type))


@pytest.mark.parametrize(
    ("listed", "named"),
    [("/price", True), ("/price/amount", True), ("/price/amount/0", True), ("/pri", False), ("", False), ("/p", False)],
)
def test_a_field_is_named_by_itself_its_parts_and_what_it_is_part_of(listed: str, *, named: bool) -> None:
    errors = [{"pointer": listed, "code": "x", "detail": "y"}]
    assert names_field(read_problem(answer({**SOUND, "errors": errors})), "/price/amount") is named


def test_bodies_differ_where_a_value_does() -> None:
    right = {"name": "a", "price": {"amount": "1.00", "currency": "EUR"}, "tags": [1, 2]}
    wrong = {"price": {"amount": "0.00", "currency": "EUR"}, "tags": [1, True], "extra/one": 1}
    assert find_differences(right, wrong) == ["/name", "/price/amount", "/tags/1", "/extra~1one"]
    assert find_differences(right, right) == []
