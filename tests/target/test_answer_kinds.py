"""Kinds of answer: by status, unless the profile says that one means something else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spec.target.answer_kinds import AnswerKind, settle_by_status
from spec.target.exchange import Response
from spec.target.profile.adapter_table import StatusTable

OUT_OF_STOCK = StatusTable(status=400, at="/error/code", value="out_of_stock", kind=AnswerKind.CONFLICT)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (200, "done"), (201, "done"), (204, "done"), (303, "done"), (302, "unknown"), (304, "unknown"),
        (400, "invalid"), (401, "unauthenticated"), (403, "forbidden"), (404, "not found"), (405, "unsupported"),
        (406, "invalid"), (409, "conflict"), (410, "not found"), (412, "conflict"), (413, "invalid"),
        (415, "invalid"), (422, "invalid"), (429, "budget spent"), (500, "unknown"), (503, "unknown"),
    ],
)  # fmt: skip
def test_a_status_has_the_meaning_that_the_standard_gives_it(status: int, kind: str) -> None:
    assert settle_by_status(Response(status)) == AnswerKind(kind)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'{"error": {"code": "out_of_stock"}}', AnswerKind.CONFLICT),
        (b'{"error": {"code": "quantity"}}', AnswerKind.INVALID),
        (b'{"error": "out_of_stock"}', AnswerKind.INVALID),
        (b"out_of_stock", AnswerKind.INVALID),
        (b"", AnswerKind.INVALID),
    ],
)
def test_a_profile_tells_two_answers_of_one_status_apart_by_their_body(body: bytes, kind: AnswerKind) -> None:
    assert settle_by_status(Response(400, body=body), [OUT_OF_STOCK]) is kind


def test_the_first_meaning_that_fits_counts_and_one_without_a_pointer_fits_every_body() -> None:
    always = StatusTable(status=400, kind=AnswerKind.FORBIDDEN)
    answer = Response(400, body=b'{"error": {"code": "out_of_stock"}}')
    assert settle_by_status(answer, [OUT_OF_STOCK, always]) is AnswerKind.CONFLICT
    assert settle_by_status(answer, [always, OUT_OF_STOCK]) is AnswerKind.FORBIDDEN


def test_a_failure_of_the_server_stays_one() -> None:
    class Meaning:
        status, at, value, kind = 500, None, None, AnswerKind.UNAUTHENTICATED

    assert settle_by_status(Response(500), [Meaning()]) is AnswerKind.UNKNOWN


@given(st.integers(100, 599), st.binary())
def test_every_answer_has_a_kind(status: int, body: bytes) -> None:
    assert settle_by_status(Response(status, body=body), [OUT_OF_STOCK]) in AnswerKind
