"""Media types: what an operation does not read, and what a client does not accept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Final

from spec.checking.outcomes import Outcome
from spec.checking.rules import Answer, Breach
from spec.checks.support.asked_requests import READING_METHODS, accepts, is_plain, sent_field, sent_media_type
from spec.surface import kinds_of_answer as kinds
from spec.target.answer_kinds import AnswerKind

TYPE: Final = re.compile(r"[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+")
WRONG_WAY: Final = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.NOT_ACCEPTABLE})
"""Statuses that send a client elsewhere than to another media type."""
REPEATED: Final = frozenset({AnswerKind.INVALID, AnswerKind.CONFLICT, AnswerKind.NOT_FOUND})
"""Refusals of a write that was done before."""


def judge_sent_type(answer: Answer) -> Iterator[Breach]:
    """Judge the answer to a body of a type that the document does not name for the operation."""
    sent, read = sent_media_type(answer), _read_types(answer)
    if not read or not TYPE.fullmatch(sent) or not answer.exchange.request.encoded_body() or not is_plain(answer):
        return
    # What is JSON by its suffix may be read as JSON.
    if any(accepts(one, sent) for one in read) or (sent.endswith("+json") and "application/json" in read):
        return
    if answer.response.succeeded or answer.response.is_server_error or answer.status in WRONG_WAY:
        expected = f"415 for {sent}: the document names {', '.join(sorted(read))}"
        yield Breach(Outcome.WRONG_STATUS, expected, str(answer.status))


def _read_types(answer: Answer) -> frozenset[str]:
    if answer.document is None or answer.operation is None:
        return frozenset()
    body = answer.document.resolve_or_empty(answer.operation.content.get("requestBody"))
    return frozenset(str(one).partition(";")[0].strip().lower() for one in body.get("content", {}))


def judge_accepted_type(answer: Answer) -> Iterator[Breach]:
    """Judge the answer to an Accept that cannot be met: 406, or what is given to everybody."""
    accept = sent_field(answer, "Accept")
    if not accept or answer.operation is None:
        return
    if answer.provokes == kinds.UNACCEPTABLE_ACCEPT:
        met = answer.kind in {AnswerKind.DONE, AnswerKind.BUDGET} or answer.status == HTTPStatus.NOT_ACCEPTABLE
        # A write may have been done before, so that it is refused now for what is there already.
        repeated = answer.exchange.request.method not in READING_METHODS and answer.kind in REPEATED
        if not met and not repeated:
            yield Breach(Outcome.WRONG_STATUS, f"406 or the default for Accept: {accept}", str(answer.status))
            return
    given = _given_types(answer)
    if not answer.response.succeeded or not given or answer.media_type in given:
        return
    if not answer.media_type or not accepts(accept, answer.media_type):
        expected = f"406, or {' or '.join(sorted(given))}, for Accept: {accept}"
        yield Breach(Outcome.HEADER_WRONG, expected, answer.media_type or "no media type")


def _given_types(answer: Answer) -> frozenset[str]:
    """Return the types that the document gives for this status of the operation."""
    if answer.document is None or answer.operation is None:
        return frozenset()
    responses = answer.operation.content.get("responses", {})
    response = answer.document.resolve_or_empty(responses.get(str(answer.status), responses.get("default")))
    return frozenset(str(one).partition(";")[0].strip().lower() for one in response.get("content", {}))
