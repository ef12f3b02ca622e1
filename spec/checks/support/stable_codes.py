"""Codes of problem documents over a run: the same kind of error is told by the same code each time.

Two errors are certainly of one kind where the same request is refused again for what it is, and in a few more cases
that `_kinds_of` lists. Everything else may differ by a state that nobody outside can see; but a code that is made for
one answer is stable nowhere. Of the types of problems the requirement says nothing.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

from spec.checking.outcomes import Outcome
from spec.checking.rules import Answer, Breach
from spec.checks.support.asked_requests import KNOWN_METHODS, READING_METHODS, may_be_guarded, sent_field
from spec.checks.support.foreign_ids import told_ids
from spec.checks.support.problem_documents import Problem
from spec.surface import kinds_of_answer as kinds
from spec.target.circumstances import Identity

REFUSED_AS_SUCH: Final = frozenset(
    {
        HTTPStatus.METHOD_NOT_ALLOWED,
        HTTPStatus.NOT_ACCEPTABLE,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.REQUEST_URI_TOO_LONG,
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        HTTPStatus.NOT_IMPLEMENTED,
    }
)
"""Statuses that a request gets for itself, whatever the state of the shop."""
REFUSED_READS: Final = REFUSED_AS_SUCH | {HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND}
WITHOUT_CREDENTIALS: Final = frozenset({Identity.NOBODY, Identity.FORGED})
"""Callers whose refusal depends on nothing that changes: a token that worked may be expired, revoked, or both."""
ORDINARY: Final = frozenset({"accept", "content-type", "origin"})
"""Fields of a request that can be no credentials."""
MOST_BY_CHANCE: Final = 2
"""Codes that may hold a number of their own request by chance, and be numbered for another reason."""
PARTS: Final = re.compile(r"[A-Za-z0-9]+")
SHORTEST_PIECE: Final = 3
GAP: Final = "{}"
MADE: Final = re.compile(r"(?=.*\d)[0-9a-fA-F]{8,}|(?=(?:.*\d){3})[0-9A-Za-z]{16,}")
"""Parts that no shop lists: the pieces of a UUID, a digest, a time in seconds, an id in base 32."""
PROVOKED_KINDS: Final = {
    kinds.NOT_ALLOWED: (HTTPStatus.FORBIDDEN, "a request that is not allowed"),
    kinds.UNSUPPORTED_MEDIA_TYPE: (HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "an unsupported media type"),
    kinds.OVERSIZED_BODY: (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "an oversized body"),
    kinds.UNKNOWN_ID: (HTTPStatus.NOT_FOUND, "an unknown id"),
}
"""Kinds of refusal that have one reason at an operation, with the status that tells it."""
WRONG_INPUT: Final = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY})
TIMED: Final = re.compile(r"retry-after|(x-)?rate-?limit.*|date|age", re.IGNORECASE)
"""Fields of an answer that tell of a time or of a count."""


@dataclass
class StableCodes:
    """Remembers the code of each kind of error, and says where another one came."""

    _codes: dict[str, tuple[str, str]] = field(default_factory=dict)
    _filled: dict[tuple[str, ...], dict[str, str]] = field(default_factory=dict)

    def hold(self, answer: Answer, problem: Problem) -> Iterator[Breach]:
        """Hold a problem against those that came before it."""
        where, code = answer.exchange.summary, problem.code
        for name, key in _kinds_of(answer):
            before, told_by = self._codes.setdefault(key, (code, where))
            if before != code:
                yield _unstable(f"code {before} for {name}, as in {told_by}", f"code {code}")
                return
        for words, shape in _shapes_of(answer, code):
            codes = self._filled.setdefault((words, *shape), {})
            codes.setdefault(code, where)
            if len(codes) > MOST_BY_CHANCE:
                first, told_by = next(iter(codes.items()))
                yield _unstable(f"{words}; it is {first} in {told_by}", f"code {code}")
                return


def _unstable(expected: str, observed: str) -> Breach:
    return Breach(Outcome.NOT_A_PROBLEM_DOCUMENT, f"a stable code: {expected}", observed)


def _shapes_of(answer: Answer, code: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the shapes of a code that is filled in for its answer: codes of one shape differ in these parts alone."""
    filled = _without(code, list(_varying(answer)))
    if filled != code:
        yield "no id, number or time in it", (filled,)
    made = PARTS.sub(lambda part: GAP if MADE.fullmatch(part.group()) else part.group(), code)
    if made != code:
        yield "no part of it made for one answer", (str(answer.status), made)
    numbered = PARTS.sub(lambda part: GAP if any(map(str.isdecimal, part.group())) else part.group(), code)
    # Of a request that nobody provoked a state may speak, for several reasons.
    if numbered != code and (answer.provokes or answer.status in WRONG_INPUT):
        yield "no number of its own for the same request", (answer.provokes, _key(answer), numbered)


def _kinds_of(answer: Answer) -> Iterator[tuple[str, str]]:
    """Yield the kinds of error of which an answer certainly is: a name, and a key that is the kind's own."""
    if not answer.circumstances.shipped:
        return
    method, status = answer.exchange.request.method.upper(), answer.status
    reads = method in READING_METHODS
    if status == HTTPStatus.UNAUTHORIZED and reads and answer.identity in WITHOUT_CREDENTIALS:
        yield "the same request", _key(answer)
        yield f"a read as {answer.identity}", f"{answer.version} {status} {answer.identity}"
    elif status == HTTPStatus.UNAUTHORIZED and answer.needs_credentials and _brings_none(answer):
        yield "a request without credentials", f"{answer.version} {status} {Identity.NOBODY}"
    expected, name = PROVOKED_KINDS.get(answer.provokes, (None, ""))
    # An unsafe request may be refused in favour of a page's guard, before anybody asks who may.
    guarded = status == HTTPStatus.FORBIDDEN and may_be_guarded(answer)
    if status == expected and not guarded:
        yield name, repr((answer.version, method, answer.resource, answer.identity, answer.provokes))
    if status in (REFUSED_READS if reads else REFUSED_AS_SUCH):
        yield "the same request", _key(answer)
    if status == HTTPStatus.METHOD_NOT_ALLOWED and not sent_field(answer, "Access-Control-Request-Method"):
        what = "a method that the resource lacks" if method in KNOWN_METHODS else "an unknown method"
        yield what, f"{answer.version} {what}"
    if status == HTTPStatus.NOT_ACCEPTABLE:
        yield "what cannot be accepted", f"{answer.version} {status}"
    # With a slash too many, a resource may still be looked for.
    slashed = answer.known.is_documented(answer.path.rstrip("/"))
    if status == HTTPStatus.NOT_FOUND and reads and answer.is_of_no_resource and not slashed:
        yield "an unknown path", f"{answer.version} unknown path"


def _brings_none(answer: Answer) -> bool:
    named = {name.lower() for name, _ in answer.exchange.request.headers}
    return answer.identity is Identity.NOBODY and named <= ORDINARY


def _varying(answer: Answer) -> Iterator[str]:
    """Yield what differs from one request to the next: ids in the path, what else was sent, and times."""
    template = answer.resource.split("/")
    segments = answer.path.split("/")
    if len(template) == len(segments):
        yield from (one for one, name in zip(segments, template, strict=True) if one != name or "{" in name)
    yield from (one for one in segments if any(map(str.isdecimal, one)))
    yield from (value for _, value in answer.exchange.request.query)
    yield from told_ids(answer.response)
    yield from (value for name, value in answer.response.headers if TIMED.fullmatch(name))
    sent = answer.exchange.request.json
    yield from (str(one) for one in (sent.values() if isinstance(sent, dict) else ()) if isinstance(one, str | int))


def _without(code: str, values: list[str]) -> str:
    """Return a code with a gap for each of its parts that has a digit and stands in one of these values."""
    pieces = {piece for value in values for piece in PARTS.findall(value)}

    def blank(found: re.Match[str]) -> str:
        part = found.group()
        if not any(map(str.isdecimal, part)):
            return part
        inside = len(part) >= SHORTEST_PIECE and any(part in piece for piece in pieces)
        return GAP if part in pieces or inside else part

    return PARTS.sub(blank, code)


def _key(answer: Answer) -> str:
    """Digest a request with all that it says, but for the id that it gives itself."""
    sent = answer.exchange.request
    fields = sorted((name.lower(), value) for name, value in sent.headers if not name.lower().endswith("request-id"))
    parts = (sent.method, answer.path, sent.query, fields, sent.encoded_body(), answer.identity, answer.status)
    return hashlib.sha256(repr(parts).encode()).hexdigest()
