"""Codes of problem documents over a run: the same kind of error is told by the same code and type each time.

Two errors are certainly of one kind where the same request is refused again for what it is, and in a few more cases
that `_kinds_of` lists. Everything else may differ by a state that nobody outside can see.
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
from spec.checks.support.asked_requests import KNOWN_METHODS, SAFE_METHODS
from spec.checks.support.foreign_ids import told_ids
from spec.checks.support.problem_documents import BLANK, Problem
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
TIMED: Final = re.compile(r"retry-after|(x-)?rate-?limit.*|date|age", re.IGNORECASE)
"""Fields of an answer that tell of a time or of a count."""


@dataclass
class StableCodes:
    """Remembers the code of each kind of error, and says where another one came."""

    _types: dict[str, tuple[str, str]] = field(default_factory=dict)
    _sharing: dict[str, set[str]] = field(default_factory=dict)
    _statuses: dict[tuple[str, str], tuple[int, str]] = field(default_factory=dict)
    _codes: dict[str, tuple[tuple[str, str], str]] = field(default_factory=dict)
    _filled: dict[str, dict[str, str]] = field(default_factory=dict)

    def hold(self, answer: Answer, problem: Problem) -> Iterator[Breach]:
        """Hold a problem against those that came before it."""
        where = answer.exchange.summary
        kind, told_by = self._types.setdefault(problem.code, (problem.type, where))
        if kind != problem.type:
            yield _unstable(f"code {problem.code} with the type {kind}, as in {told_by}", f"the type {problem.type}")
        yield from self._hold_status(problem, where)
        told = (problem.code, problem.type)
        for name, key in _kinds_of(answer):
            before, told_by = self._codes.setdefault(key, (told, where))
            if before != told:
                yield _unstable(f"code {before[0]} for {name}, as in {told_by}", f"code {told[0]}, type {told[1]}")
                return
        yield from self._hold_parts(answer, problem.code)

    def _hold_status(self, problem: Problem, where: str) -> Iterator[Breach]:
        """Hold one problem to one status. A type that many codes share says no more than that something is wrong."""
        sharing = self._sharing.setdefault(problem.type, set())
        sharing.add(problem.code)
        if problem.type == BLANK or len(sharing) > 1:
            return
        status, told_by = self._statuses.setdefault((problem.type, problem.code), (problem.status, where))
        if status != problem.status:
            yield _unstable(
                f"the type {problem.type} with the status {status}, as in {told_by}", f"the status {problem.status}"
            )

    def _hold_parts(self, answer: Answer, code: str) -> Iterator[Breach]:
        """See a code into which an id, a number or a time of its own request was put: it differs by that alone."""
        pattern = _without(code, list(_varying(answer)))
        if pattern == code:
            return
        codes = self._filled.setdefault(pattern, {})
        codes.setdefault(code, answer.exchange.summary)
        if len(codes) > MOST_BY_CHANCE:
            first, told_by = next(iter(codes.items()))
            yield _unstable(f"no id, number or time in it; it is {first} in {told_by}", f"code {code}")


def _unstable(expected: str, observed: str) -> Breach:
    return Breach(Outcome.NOT_A_PROBLEM_DOCUMENT, f"a stable code: {expected}", observed)


def _kinds_of(answer: Answer) -> Iterator[tuple[str, str]]:
    """Yield the kinds of error of which an answer certainly is: a name, and a key that is the kind's own."""
    if not answer.circumstances.shipped:
        return
    method, status = answer.exchange.request.method.upper(), answer.status
    reads = method in SAFE_METHODS
    if status == HTTPStatus.UNAUTHORIZED and reads and answer.identity in WITHOUT_CREDENTIALS:
        yield "the same request", _key(answer)
        yield f"a read as {answer.identity}", f"{answer.version} {status} {answer.identity}"
    elif status == HTTPStatus.UNAUTHORIZED and answer.needs_credentials and _brings_none(answer):
        yield "a request without credentials", f"{answer.version} {status} {Identity.NOBODY}"
    if status == HTTPStatus.NOT_FOUND and answer.provokes == kinds.UNKNOWN_ID:
        parts = (answer.version, method, answer.resource, answer.identity, answer.provokes)
        yield "an unknown id", repr(parts)
    if status in (REFUSED_READS if reads else REFUSED_AS_SUCH):
        yield "the same request", _key(answer)
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        what = "a method that the resource lacks" if method in KNOWN_METHODS else "an unknown method"
        yield what, f"{answer.version} {what}"
    if status == HTTPStatus.NOT_ACCEPTABLE:
        yield "what cannot be accepted", f"{answer.version} {status}"
    if status == HTTPStatus.NOT_FOUND and reads and answer.is_of_no_resource:
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
        return "{}" if part in pieces or inside else part

    return PARTS.sub(blank, code)


def _key(answer: Answer) -> str:
    """Digest a request with all that it says, but for the id that it gives itself."""
    sent = answer.exchange.request
    fields = sorted((name.lower(), value) for name, value in sent.headers if not name.lower().endswith("request-id"))
    parts = (sent.method, answer.path, sent.query, fields, sent.encoded_body(), answer.identity, answer.status)
    return hashlib.sha256(repr(parts).encode()).hexdigest()
