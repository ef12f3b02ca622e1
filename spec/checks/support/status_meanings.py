"""The meaning of each status beside the request that it answers (RFC 9110 §15)."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from http import HTTPStatus
from typing import Final

from spec.checking.outcomes import Outcome
from spec.checking.rules import Answer, Breach
from spec.checks.support.asked_requests import (
    KNOWN_METHODS,
    READING_METHODS,
    accepts,
    may_be_guarded,
    sent_field,
    sent_media_type,
)
from spec.checks.support.problem_documents import MEDIA_TYPE
from spec.surface import kinds_of_answer as kinds
from spec.target.circumstances import Identity

CHALLENGE: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+( .*)?")
WITHOUT_ACCESS: Final = frozenset({Identity.NOBODY, Identity.EXPIRED, Identity.FORGED, Identity.SIGNED_OUT})
CONDITIONS: Final = ("If-None-Match", "If-Modified-Since", "If-Match", "If-Unmodified-Since", "If-Range")
FEW_BYTES: Final = 1024

Statuses = Collection[int]
S = HTTPStatus
REDIRECTS: Final = frozenset({S.MOVED_PERMANENTLY, S.FOUND, S.SEE_OTHER, S.TEMPORARY_REDIRECT, S.PERMANENT_REDIRECT})
DONE: Final = frozenset(range(S.OK, S.BAD_REQUEST))
BEFORE: Final = frozenset({S.UNAUTHORIZED, S.FORBIDDEN, S.TOO_MANY_REQUESTS})
"""Refusals that may come before anything else is looked at."""
WRONG_INPUT: Final = frozenset({S.BAD_REQUEST, S.UNPROCESSABLE_ENTITY})
NOT_THERE: Final = frozenset({S.NOT_FOUND, S.GONE})
UNREAD: Final = frozenset({S.UNSUPPORTED_MEDIA_TYPE, S.REQUEST_ENTITY_TOO_LARGE})
KNOWS_NOBODY: Final = (
    frozenset({S.UNAUTHORIZED, S.METHOD_NOT_ALLOWED, S.TOO_MANY_REQUESTS}) | DONE | NOT_THERE | WRONG_INPUT | UNREAD
)
REFUSES_KNOWN: Final = KNOWS_NOBODY - {S.UNAUTHORIZED} | {S.FORBIDDEN, S.CONFLICT}
MAY_NOT: Final = REFUSES_KNOWN - WRONG_INPUT - {S.CONFLICT}
GONE: Final = DONE | NOT_THERE | BEFORE | UNREAD | {S.CONFLICT}
STATE_FORBIDS: Final = DONE | {S.CONFLICT, S.PRECONDITION_FAILED, S.TOO_MANY_REQUESTS}
SIGNED_IN: Final = frozenset({Identity.CUSTOMER, Identity.STRANGER, Identity.STAFF})

UNKNOWN_PATHS: Final = frozenset({kinds.UNKNOWN_PATH, kinds.UNKNOWN_PATH_OUTSIDE, kinds.UNKNOWN_VERSION})

PROVOKED: Final[Mapping[str, tuple[Statuses, str]]] = {
    **dict.fromkeys(
        (kinds.NO_CREDENTIALS, kinds.FORGED_CREDENTIALS, kinds.EXPIRED_CREDENTIALS, kinds.SIGNED_OUT),
        (KNOWS_NOBODY, "401 without valid credentials"),
    ),
    kinds.NOT_ALLOWED: (MAY_NOT, "403, or 404, for somebody who is signed in and may not"),
    kinds.FOREIGN_THING: (REFUSES_KNOWN, "404, or 403, for somebody else's thing"),
    **dict.fromkeys(
        UNKNOWN_PATHS,
        (NOT_THERE | BEFORE | REDIRECTS, "404 for an unknown path"),
    ),
    kinds.UNKNOWN_ID: (NOT_THERE | BEFORE | UNREAD, "404 for an unknown id"),
    kinds.BROKEN_BODY: (WRONG_INPUT | BEFORE | NOT_THERE, "400, or 422, for a broken body"),
    kinds.UNSUPPORTED_MEDIA_TYPE: (UNREAD | BEFORE | NOT_THERE | DONE, "415 for a media type that is not read"),
    **dict.fromkeys(
        (kinds.MISSING_FIELD, kinds.WRONG_FIELDS, kinds.BODY_OF_ANOTHER_TYPE),
        (WRONG_INPUT | BEFORE | NOT_THERE | DONE, "422, or 400, for a wrong value"),
    ),
    kinds.WRONG_VALUE: (WRONG_INPUT | BEFORE | NOT_THERE | DONE | {S.CONFLICT}, "422, or 400, for a wrong value"),
    **dict.fromkeys((kinds.CONFLICT, kinds.CANCELLED_THING), (STATE_FORBIDS, "409 for what the present state forbids")),
    kinds.WRONG_QUERY: (WRONG_INPUT | BEFORE | NOT_THERE | DONE, "400, or 422, for a wrong query"),
    kinds.BUDGET_SPENT: (
        DONE | NOT_THERE | WRONG_INPUT | {S.UNAUTHORIZED, S.TOO_MANY_REQUESTS, S.CONFLICT},
        "429 for a spent budget",
    ),
    kinds.DELETED_THING: (GONE, "404, or 410, for a thing that was deleted"),
    kinds.WITHDRAWN_THING: (GONE, "404, or 410, for a thing that was withdrawn"),
}
"""The kinds that each provoked answer may have, and the words for them."""
WITH_BODY: Final = frozenset({"POST", "PUT", "PATCH"})
OF_STATE: Final = frozenset({kinds.CONFLICT, kinds.CANCELLED_THING})
OF_RIGHT_BODIES: Final = OF_STATE | {kinds.NOT_ALLOWED}
NAMED_THINGS: Final = frozenset({kinds.UNKNOWN_ID, kinds.DELETED_THING, kinds.WITHDRAWN_THING})


def judge_status(answer: Answer, wrong_fields: Collection[str] = ()) -> Iterator[Breach]:
    """Yield what is wrong with a status: by the kind that was to be provoked, and by what the request says.

    `wrong_fields` are those that the document forbids. A wrong status is told once, for the first reason.
    """
    found = list(_judge_provoked(answer, wrong_fields))
    for statuses, judge in _MEANINGS:
        if answer.status in statuses:
            found += [one for one in judge(answer) if one.outcome is not Outcome.WRONG_STATUS or not found]
    yield from found


def _wrong(answer: Answer, expected: str, *, observed: str = "") -> Breach:
    return Breach(Outcome.WRONG_STATUS, expected, observed or str(answer.status))


def _judge_provoked(answer: Answer, wrong_fields: Collection[str]) -> Iterator[Breach]:
    kind, method = answer.provokes, answer.exchange.request.method
    if kind not in PROVOKED or (kind == kinds.CANCELLED_THING and method in READING_METHODS):
        return
    statuses, expected = PROVOKED[kind]
    allowed = frozenset(statuses) - _without_reason(answer)
    if kind in NAMED_THINGS and method in WITH_BODY:
        # Its body may be judged before the thing is looked for, or may be what names it.
        allowed |= WRONG_INPUT
    elif kind == kinds.UNKNOWN_ID and method == "DELETE":
        allowed |= DONE
    elif kind in OF_STATE:
        # Ended credentials are refused before anybody asks the state, and so may be a form that is guarded.
        allowed |= _refused_before(answer) | ({S.FORBIDDEN} if may_be_guarded(answer) else set())
    if kind in OF_RIGHT_BODIES and wrong_fields:
        # A body that the document forbids may be refused for that.
        allowed |= WRONG_INPUT
    if answer.status not in allowed:
        yield _wrong(answer, expected)


def _without_reason(answer: Answer) -> frozenset[int]:
    """Return the refusals of a caller for which there is no reason: the request was to be refused for what it asks.

    Who is signed in need not sign in for what is not there, nor anybody for what is open to all; but credentials may
    have ended with what was deleted, an account say. What is not there, nobody is forbidden, and so is no wrong query.
    """
    kind = answer.provokes
    thing = kind == kinds.DELETED_THING and "{" in answer.resource
    known = (kind in UNKNOWN_PATHS or thing) and answer.identity in SIGNED_IN
    open_to_all = (kind == kinds.WRONG_QUERY or thing) and answer.needs_credentials is False
    other_reason = _has_other_reason(answer) or may_be_guarded(answer)
    forbidden = kind in UNKNOWN_PATHS | {kinds.WRONG_QUERY} and not other_reason
    return frozenset([S.UNAUTHORIZED] * (known or open_to_all) + [S.FORBIDDEN] * forbidden)


def _has_other_reason(answer: Answer) -> bool:
    """Tell if a request may be forbidden over plain HTTP, or because it comes from a page of somebody else's."""
    return answer.circumstances.scheme != "https" or bool(sent_field(answer, "Origin"))


def _refused_before(answer: Answer) -> frozenset[int]:
    """Return the status of credentials that are refused: they may have ended since, by the very deed that is repeated.

    A request that carries none, or that needs none, cannot be refused for them.
    """
    without = answer.identity is Identity.NOBODY or answer.needs_credentials is False
    return frozenset() if without else frozenset({S.UNAUTHORIZED})


def _judge_unauthorized(answer: Answer) -> Iterator[Breach]:
    challenges = [one.strip() for one in answer.headers.get_all("WWW-Authenticate")]
    if not challenges:
        yield Breach(Outcome.HEADER_MISSING, "401 with WWW-Authenticate (RFC 9110 §15.5.2)", "no WWW-Authenticate")
    elif not all(CHALLENGE.fullmatch(one) for one in challenges):
        shown = ", ".join(challenges)
        yield Breach(Outcome.HEADER_WRONG, "a challenge (RFC 9110 §11.6.1)", f"WWW-Authenticate: {shown!r}")


def _judge_forbidden(answer: Answer) -> Iterator[Breach]:
    if answer.needs_credentials and answer.identity in WITHOUT_ACCESS and not _has_other_reason(answer):
        yield _wrong(answer, "401 without valid credentials, which is what is lacking")


def _judge_media_type(answer: Answer) -> Iterator[Breach]:
    sent, operation = sent_media_type(answer), answer.operation
    asked = operation.content.get("requestBody") if operation else None
    body = answer.document.resolve_or_empty(asked) if answer.document else {}
    coded = sent_field(answer, "Content-Encoding") or ";" in sent_field(answer, "Content-Type")
    if not answer.exchange.request.encoded_body() and not sent:
        yield _wrong(answer, "no 415 for a request without a body")
    elif sent in body.get("content", {}) and not coded:
        yield _wrong(answer, f"no 415 for {sent}, which the document says is read")


def _judge_acceptable(answer: Answer) -> Iterator[Breach]:
    # The client itself says */* where the request says nothing.
    if accepts(sent_field(answer, "Accept") or "*/*", "application/json"):
        yield _wrong(answer, "no 406 for a request that accepts JSON")


def _judge_created(answer: Answer) -> Iterator[Breach]:
    if answer.exchange.request.method in READING_METHODS:
        yield _wrong(answer, "nothing created by a read")


def _judge_bodiless(answer: Answer) -> Iterator[Breach]:
    length = answer.headers.get("Content-Length") or "0"
    # 304 may state the length that the whole answer would have (RFC 9110 §8.6).
    if answer.response.body or (answer.status != S.NOT_MODIFIED and length.strip("0 ")):
        observed = f"{answer.status} with {len(answer.response.body)} bytes, Content-Length: {length}"
        yield _wrong(answer, f"no body with {answer.status}", observed=observed)


def _judge_condition(answer: Answer) -> Iterator[Breach]:
    if not any(sent_field(answer, one) for one in CONDITIONS):
        yield _wrong(answer, "an answer to the request, which states no condition")


def _judge_range(answer: Answer) -> Iterator[Breach]:
    if not sent_field(answer, "Range"):
        yield _wrong(answer, "the whole, where no range was asked for")


def _judge_redirect(answer: Answer) -> Iterator[Breach]:
    if not (answer.headers.get("Location") or "").strip():
        yield Breach(Outcome.HEADER_MISSING, f"{answer.status} with Location", "no Location")


def _judge_success(answer: Answer) -> Iterator[Breach]:
    if answer.media_type == MEDIA_TYPE:
        yield _wrong(answer, "a status of an error for a problem document")


def _judge_size(answer: Answer) -> Iterator[Breach]:
    if len(answer.exchange.request.encoded_body()) < FEW_BYTES and not sent_field(answer, "Content-Length"):
        yield _wrong(answer, "no 413 for a small body")


def _judge_method(answer: Answer) -> Iterator[Breach]:
    if answer.operation is not None and answer.exchange.request.method in KNOWN_METHODS:
        yield _wrong(answer, "an answer to a method that the document says the resource has")


_MEANINGS: Final[tuple[tuple[Statuses, Callable[[Answer], Iterator[Breach]]], ...]] = (
    (range(S.OK, S.MULTIPLE_CHOICES), _judge_success),
    ({S.CREATED}, _judge_created),
    ({S.NO_CONTENT, S.RESET_CONTENT, S.NOT_MODIFIED}, _judge_bodiless),
    ({S.NOT_MODIFIED, S.PRECONDITION_FAILED}, _judge_condition),
    ({S.PARTIAL_CONTENT, S.REQUESTED_RANGE_NOT_SATISFIABLE}, _judge_range),
    (REDIRECTS, _judge_redirect),
    ({S.UNAUTHORIZED}, _judge_unauthorized),
    ({S.FORBIDDEN}, _judge_forbidden),
    ({S.METHOD_NOT_ALLOWED, S.NOT_IMPLEMENTED}, _judge_method),
    ({S.NOT_ACCEPTABLE}, _judge_acceptable),
    ({S.REQUEST_ENTITY_TOO_LARGE}, _judge_size),
    ({S.UNSUPPORTED_MEDIA_TYPE}, _judge_media_type),
)
"""The judges of single statuses, in their order."""
