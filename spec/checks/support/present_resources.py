"""Resources that were seen to be there, and methods that were refused on them as if they were not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

from spec.checking.outcomes import Outcome
from spec.checking.rules import Answer, Breach
from spec.checks.support.asked_requests import KNOWN_METHODS, documented_operations, is_plain
from spec.checks.support.refused_methods import ANSWERED_BY_ANY, CREDENTIALS, LACKS_OR_UNKNOWN, REFUSING_KINDS
from spec.surface import kinds_of_answer as kinds
from spec.target.circumstances import Identity

NOT_THERE: Final = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
PASSING: Final = LACKS_OR_UNKNOWN | {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}
"""Statuses by which an unknown method may be refused for itself, or for the moment."""


@dataclass
class PresentResources:
    """Remembers what could be read, and says where a method was refused as if it could not.

    Of a resource that no document has, nobody knows which methods it has; but if anybody can read it, it is there, and
    open to all.
    """

    _pages: dict[str, bool] = field(default_factory=dict)
    _waiting: defaultdict[str, list[Answer]] = field(default_factory=lambda: defaultdict(list))
    _things: set[tuple[str, Identity, str]] = field(default_factory=set)

    def compare(self, answer: Answer) -> Iterator[Breach]:
        """Compare an answer with what else is known of its path."""
        if documented_operations(answer):
            yield from self._compare_thing(answer)
        elif answer.provokes in REFUSING_KINDS:
            self._waiting[answer.path].append(answer)
        elif answer.request.method == "GET" and answer.status == HTTPStatus.OK and _is_open(answer):
            self._pages.setdefault(answer.path, answer.is_page)
        if answer.path in self._pages:
            for refused in self._waiting.pop(answer.path, ()):
                if _is_wrong(refused, is_page=self._pages[answer.path]):
                    yield _lacking(refused)

    def _compare_thing(self, answer: Answer) -> Iterator[Breach]:
        """See an unknown method for which a thing is missing that its caller has just met."""
        key = (answer.path, answer.identity, answer.circumstances.account)
        if answer.provokes == kinds.UNKNOWN_METHOD:
            if answer.status in NOT_THERE and key in self._things and is_plain(answer):
                yield _lacking(answer)
        elif answer.response.succeeded and answer.request.method != "DELETE":
            self._things.add(key)
        elif answer.response.succeeded or answer.status in NOT_THERE:
            self._things = {one for one in self._things if one[0] != answer.path}


def _is_open(answer: Answer) -> bool:
    return answer.identity is Identity.NOBODY and answer.circumstances.scheme == "https"


def _is_wrong(answer: Answer, *, is_page: bool) -> bool:
    """Tell if the answer to a method is none by which a resource that is there refuses it."""
    method, status = answer.request.method, answer.status
    if method in ANSWERED_BY_ANY or not is_plain(answer) or answer.circumstances.scheme != "https":
        return False
    # Who brings credentials may be refused for these. A page may have a form that is guarded, and of the interface,
    # where no document tells of it, what anybody reads may be written by some.
    guarded = CREDENTIALS if is_page or answer.version or answer.identity is not Identity.NOBODY else frozenset()
    if method in KNOWN_METHODS:
        # It may have the method after all, and refuse what was sent.
        return status in (NOT_THERE | CREDENTIALS | {HTTPStatus.NOT_IMPLEMENTED}) - guarded
    redirected = HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST
    return not redirected and status not in PASSING | guarded


def _lacking(answer: Answer) -> Breach:
    method = answer.request.method
    wanted = "405" if method in KNOWN_METHODS else "405 or 501"
    expected = f"{wanted} for {method}, which the resource lacks"
    return Breach(Outcome.WRONG_STATUS, expected, str(answer.status), shown_by=answer)
