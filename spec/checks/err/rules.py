"""ERR: rules about every error of a run, and about every status."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from http import HTTPStatus
from typing import Final

from jsonpointer import unescape

from spec.checking.outcomes import Outcome
from spec.checking.rules import Answer, Breach, rule, usual
from spec.checks.support.error_pointers import leads_to_field
from spec.checks.support.field_errors import FieldError, WrongFields, listed_errors, sent_value
from spec.checks.support.foreign_ids import BOUND, find_unbounded_echo, sent_ids, told_ids
from spec.checks.support.problem_documents import CODE, expect_media_type, names_pointer, read_problem
from spec.checks.support.repeated_writes import LastWrite
from spec.checks.support.revealing_text import find_revealed
from spec.checks.support.stable_codes import StableCodes
from spec.checks.support.status_meanings import judge_status
from spec.surface import kinds_of_answer as kinds
from spec.target.answer_kinds import AnswerKind
from spec.target.exchange import UnexpectedAnswer

REFUSED_FIELDS: Final = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY})
NOT_OF_FIELDS: Final = frozenset({HTTPStatus.CONFLICT, HTTPStatus.NOT_ACCEPTABLE, HTTPStatus.UNSUPPORTED_MEDIA_TYPE})
CHANGED_IN_ONE: Final = frozenset({kinds.MISSING_FIELD, kinds.WRONG_VALUE, kinds.ODD_VALUE})
"""Kinds of answer that are provoked by one change of a body that worked."""
WORD: Final = re.compile(r"[^\W\d_]{2,}")


def errors_of_the_interface(answer: Answer) -> bool:
    """Tell of errors below the interface's base and of unknown paths, whatever state the target was in.

    Pages for people that the profile declares beside the interface have a form of their own.
    """
    beside = answer.is_exposed and not answer.version
    return answer.is_error and not answer.exchange.request.malformed and not beside


@rule(
    "ERR-001",
    speaks_of=errors_of_the_interface,
    twins=(
        "no credentials", "unknown path", "unknown path outside", "unknown id", "method not supported", "broken body",
        "oversized body", "unknown host", "wrong value", "budget spent",
    ),
)  # fmt: skip
class EveryErrorIsOneProblemDocumentWithAStableCode:
    """Every error of the run is one problem document, and the same kind of error has the same code each time.

    The same request, refused again for what it is, gets the same code; so do all methods that a resource lacks, all
    unknown paths, and all reads without credentials of one version, and at one operation all that is asked by somebody
    who may not, of an unknown id, in a type that is not read, or in a body that is too large. No code has a part that
    is made for its answer: an id, a number or a time. An answer to HEAD has no body: it states the media type, and no
    length of nothing.
    """

    def __init__(self) -> None:
        self._codes = StableCodes()

    def __call__(self, answer: Answer) -> Iterator[Breach]:
        """Judge an error."""
        try:
            if answer.exchange.request.method == "HEAD":
                expect_media_type(answer.response)
                length = answer.headers.get("Content-Length")
                if length is not None and not length.strip("0 "):
                    raise UnexpectedAnswer("the length of a problem document, or none", f"Content-Length: {length}")
                return
            problem = read_problem(answer.response)
        except UnexpectedAnswer as error:
            yield Breach(Outcome.NOT_A_PROBLEM_DOCUMENT, error.expected, error.observed)
            return
        yield from self._codes.hold(answer, problem)


WRONG_FIELDS: Final = WrongFields()
SPOILT_FIELDS: Final = CHANGED_IN_ONE | {kinds.WRONG_FIELDS}


def validation_errors(answer: Answer) -> bool:
    """Tell of refusals that list wrong fields, and of those whose request has some.

    It has some where the document forbids them, or where they were spoilt to get that refusal.
    """
    if not usual(answer) or not answer.is_error or answer.response.is_server_error:
        return False
    listed = listed_errors(answer.response) or []
    if answer.status in REFUSED_FIELDS:
        spoilt = answer.provokes in SPOILT_FIELDS and answer.kind is AnswerKind.INVALID
        return bool(listed or spoilt or WRONG_FIELDS.of(answer))
    # A conflict may have a list of its own; it is one of fields where it points at some.
    return any(one.pointer is not None for one in listed)


@rule("ERR-002", speaks_of=validation_errors, twins=("missing field", "wrong value", "wrong fields"))
def every_wrong_field_is_listed_once(answer: Answer) -> Iterator[Breach]:
    """A validation error lists each wrong field once, with a pointer that leads to it, a code and a readable detail.

    Each field that the document forbids is in the list, by itself, by a part of it or by what it is a part of. A
    pointer leads to something that was sent, or to a member that the document has and that is missing from it. Where
    one field of a right body was changed, no other one is listed for the same reason.
    """
    listed = listed_errors(answer.response)
    wrong = WRONG_FIELDS.of(answer) if answer.status in REFUSED_FIELDS else []
    if listed is None:
        named = f": {', '.join(wrong)}" if wrong else ""
        yield Breach(Outcome.FIELD_NOT_NAMED, f"a list of the wrong fields{named}", "no list 'errors' in the body")
        return
    for entry in listed:
        yield from _judge_entry(answer, entry)
    counted = Counter(one.place for one in listed)
    for place, times in counted.items():
        if times > 1:
            observed = f"{place or 'the body as a whole'} listed {times} times"
            yield Breach(Outcome.FIELD_NOT_NAMED, "each wrong field once", observed)
    if not all(one.is_of_body for one in listed):
        # The query or a header was refused: nobody has looked at the body.
        return
    yield from _judge_right_fields(answer, listed, wrong)
    for pointer in wrong:
        if not names_pointer(counted, pointer):
            told = ", ".join(one or "the body as a whole" for one in sorted(counted))
            yield Breach(Outcome.FIELD_NOT_NAMED, f"{pointer} among the wrong fields", f"a list of {told}")


def _judge_right_fields(answer: Answer, listed: list[FieldError], wrong: list[str]) -> Iterator[Breach]:
    """See a right field that is listed for the same reason as the one wrong field of a body that had worked.

    The state may speak against a right field as well; it has a reason of its own.
    """
    if answer.provokes not in CHANGED_IN_ONE or len(wrong) != 1:
        return
    reasons = {one.reason for one in listed if names_pointer([one.place], wrong[0])}
    for one in listed:
        beside = one.place and not names_pointer([one.place], wrong[0])
        if beside and one.reason in reasons and _stands_in_body(answer, one.place):
            expected = f"{wrong[0]} alone among the wrong fields, which is all that was changed of a right body"
            yield Breach(Outcome.FIELD_NOT_NAMED, expected, f"{one.place} listed for the same reason")


def _stands_in_body(answer: Answer, pointer: str) -> bool:
    sent = sent_value(answer)
    return isinstance(sent, dict) and unescape(pointer.removeprefix("/")) in sent


def _judge_entry(answer: Answer, entry: FieldError) -> Iterator[Breach]:
    pointer, code, detail = entry.pointer, entry.part("code"), entry.part("detail")
    shown = repr(entry.content)[:120]
    if pointer is None and not entry.place:
        yield Breach(Outcome.FIELD_NOT_NAMED, "a pointer in each entry, or a parameter or header", shown)
    elif pointer is not None and not _names_beside(entry) and not leads_to_field(answer, pointer):
        yield Breach(Outcome.FIELD_NOT_NAMED, "a JSON pointer (RFC 6901) that leads to a field", shown)
    if code is None or not CODE.fullmatch(code):
        yield Breach(Outcome.WRONG_CONTENT, "a code for programs in each entry", shown)
    if detail is None or not WORD.search(detail) or detail == code:
        yield Breach(Outcome.WRONG_CONTENT, "a readable detail in each entry", shown)


def _names_beside(entry: FieldError) -> bool:
    """Tell if an entry names something beside the body; an empty pointer with that says no more."""
    named = entry.part("parameter") or entry.part("header")
    return (entry.pointer or "").startswith("?") or (entry.pointer == "" and bool(named))


@rule("ERR-003", speaks_of=lambda answer: answer.response.is_server_error and not answer.exchange.request.malformed)
def no_failure_reveals_anything_and_each_has_an_id(answer: Answer) -> Iterator[Breach]:
    """No 5xx of the run shows a stack, SQL, a path or a library, and each 500 carries a request id.

    The run provokes some by breaking the target on purpose; each that comes by itself is judged as well.
    """
    revealed = find_revealed(answer.response, answer.path)
    if revealed:
        yield Breach(Outcome.INTERNALS_REVEALED, "no stack, SQL, path or library in a failure", revealed)
    # Where the id stands in the problem document alone, HEAD has nowhere to carry it.
    bodiless = answer.exchange.request.method == "HEAD"
    if (
        answer.status == HTTPStatus.INTERNAL_SERVER_ERROR
        and not bodiless
        and not any(map(str.strip, told_ids(answer.response)))
    ):
        yield Breach(Outcome.HEADER_MISSING, "a request id in a header or in the problem document", "none")


@rule(
    "ERR-004",
    speaks_of=lambda answer: not answer.exchange.request.malformed and bool(sent_ids(answer.exchange.request)),
)
def no_foreign_request_id_is_echoed_unbounded(answer: Answer) -> Iterator[Breach]:
    """No answer of the run holds a request id of the client that is long or has odd characters, in header or body."""
    found = find_unbounded_echo(answer.exchange)
    if found:
        yield Breach(Outcome.ECHOED_UNBOUNDED, BOUND, found)


@rule("ERR-005", twins=("success", "no credentials", "unknown path", "unknown id", "wrong value", "budget spent"))
class StatusesMeanWhatTheySay:
    """Every status of the run means what RFC 9110 says, beside the request that it answers.

    401 brings a challenge, and 403 is no answer to absent credentials where the document asks for some. What was to be
    provoked gets a status of its own: 401, 403, 404, 409, 415, 422 or 400, 429. What the document forbids is no
    conflict, and what it allows, and has just been done, is nothing else where the document has 409. 201 comes of a
    write, 204 and 304 have no body, 304, 412 and 416 answer a condition that was stated, 406 and 415 a type that was
    not to be had, a redirect has a Location, and an error is no success.
    """

    def __init__(self) -> None:
        self._writes = LastWrite()

    def __call__(self, answer: Answer) -> Iterator[Breach]:
        """Judge a status."""
        wrong = WRONG_FIELDS.of(answer) if answer.is_error else []
        found = list(judge_status(answer, wrong))
        if answer.status in NOT_OF_FIELDS and wrong:
            found.append(_wrong_status(answer, f"422, or 400, for a wrong {', '.join(wrong)}"))
        repeats = self._writes.repeats(answer)
        if repeats and answer.status in REFUSED_FIELDS and not wrong and not found:
            found.append(_wrong_status(answer, "409 for a request that was done just before"))
        yield from found


def _wrong_status(answer: Answer, expected: str) -> Breach:
    return Breach(Outcome.WRONG_STATUS, expected, str(answer.status))
