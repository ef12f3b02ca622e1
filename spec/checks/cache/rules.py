"""CACHE: what answers say to the caches on their way."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import Final, TypeAlias

from spec.checking.outcomes import Outcome
from spec.checking.rules import EVERY_KIND, Answer, Breach, rule
from spec.checks.support.header_values import directives_of, names_in
from spec.checks.support.presented_secrets import credential_fields, secrets_in_body
from spec.target.answer_kinds import AnswerKind
from spec.target.circumstances import Identity
from spec.target.exchange import Headers
from spec.target.set_cookie import SetCookie

SIGNED_IN: Final = (Identity.CUSTOMER, Identity.STRANGER, Identity.STAFF)
READING: Final = ("GET", "HEAD")
REPRESENTED_BY: Final = {
    "Accept": "Content-Type",
    "Accept-Language": "Content-Language",
    "Accept-Encoding": "Content-Encoding",
    "Origin": "Access-Control-Allow-Origin",
}
"""Request headers, and the header of the answer that shows if it depends on one."""
KEPT_VARIANTS: Final = 5_000
"""Requests of which the variants are remembered: a run of fuzzing never ends asking for other things."""

REFUSED: Final = "refused as not acceptable"

Variant: TypeAlias = tuple[str, str, str, str]
"""Method, target, identity, and the request header by which answers may differ."""


@rule("CACHE-005", twins=EVERY_KIND)
class PersonalAnswersSaySoAndVaryByWhatTheyDependOn:
    """A personal answer says no-store, or private and varies by the credential; Vary names what any other depends on.

    Personal is an answer to a credential where the operation needs one, by the document, or because the same was
    refused to a visitor without; an answer to a request that presented a password or a token and was done; and one that
    sets a cookie. An answer depends on a request header if two reads of the same, by the same identity, differ by it in
    media type, language, coding or allowed origin, or if one of them is refused as not acceptable. Vary names that
    header on each answer of the resource that may be stored.
    """

    def __init__(self) -> None:
        self._refused: set[tuple[str, str]] = set()
        self._undecided: dict[tuple[str, str], Answer] = {}
        self._variants: dict[Variant, dict[str, str]] = {}
        self._depends: set[tuple[str, str]] = set()
        self._unvaried: dict[tuple[str, str], Answer] = {}

    def __call__(self, answer: Answer) -> Iterator[Breach]:
        """Yield what the answer does not say, and what an earlier one did not, as this one tells."""
        if self._is_personal(answer):
            yield from _says_private(answer)
        yield from self._learn_refusal(answer)
        if answer.request.method in READING:
            yield from self._learn_variant(answer)
            if not answer.is_error and not _forbids_storing(answer):
                yield from self._names_causes(answer)

    def _is_personal(self, answer: Answer) -> bool:
        if any(not one.ended and one.value for one in map(SetCookie.read, answer.headers.get_all("Set-Cookie"))):
            return True
        if answer.identity in SIGNED_IN:
            needed = answer.needs_credentials
            if _place(answer) in self._refused if needed is None else needed:
                return True
        return answer.kind is AnswerKind.DONE and bool(secrets_in_body(answer))

    def _learn_refusal(self, answer: Answer) -> Iterator[Breach]:
        """Learn from the refusal of a visitor without credentials what is personal, where no document says so."""
        if answer.needs_credentials is not None or answer.request.method not in READING:
            return
        place = _place(answer)
        if answer.identity in SIGNED_IN and place not in self._refused and any(_says_private(answer)):
            self._undecided.setdefault(place, answer)
        elif answer.identity is Identity.NOBODY and answer.kind in {AnswerKind.UNAUTHENTICATED, AnswerKind.FORBIDDEN}:
            self._refused.add(place)
            earlier = self._undecided.pop(place, None)
            if earlier is not None:
                yield from _says_private(earlier)

    def _learn_variant(self, answer: Answer) -> Iterator[Breach]:
        """Learn what a resource depends on; an earlier answer may turn out to have said too little."""
        unacceptable = answer.status == HTTPStatus.NOT_ACCEPTABLE
        if not (answer.response.succeeded or unacceptable):
            return
        asked, request = Headers(answer.request.headers), answer.request
        for name, shown in REPRESENTED_BY.items():
            if unacceptable and name == "Origin":
                continue
            key = (request.method, request.target, str(answer.identity), name)
            seen = self._variants.setdefault(key, {})
            if len(self._variants) > KEPT_VARIANTS:
                # The oldest goes: what is asked last is what the tour varies.
                self._variants.pop(next(iter(self._variants)))
            seen[asked.get(name) or ""] = REFUSED if unacceptable else answer.headers.get(shown) or ""
            cause = (answer.resource, name)
            if len(set(seen.values())) > 1 and cause not in self._depends:
                self._depends.add(cause)
                earlier = self._unvaried.pop(cause, None)
                if earlier is not None:
                    yield _unvaried(earlier, name)

    def _names_causes(self, answer: Answer) -> Iterator[Breach]:
        vary = names_in(answer.headers, "Vary")
        for name in REPRESENTED_BY:
            if name.lower() in vary or "*" in vary:
                continue
            cause = (answer.resource, name)
            if cause in self._depends:
                yield _unvaried(answer, name)
            else:
                self._unvaried.setdefault(cause, answer)
                if len(self._unvaried) > KEPT_VARIANTS:
                    self._unvaried.pop(next(iter(self._unvaried)))


def _place(answer: Answer) -> tuple[str, str]:
    return answer.request.method, answer.resource


def _forbids_storing(answer: Answer) -> bool:
    return "no-store" in directives_of(answer.headers.get("Cache-Control") or "")


def _says_private(answer: Answer) -> Iterator[Breach]:
    value = answer.headers.get("Cache-Control")
    directives = directives_of(value or "")
    if "no-store" in directives:
        return
    # private="Field" speaks of that field alone, and whoever says public or s-maxage too is not understood.
    if directives.get("private", "") is not None or {"public", "s-maxage"} & set(directives):
        outcome = Outcome.HEADER_MISSING if value is None else Outcome.HEADER_WRONG
        yield Breach(
            outcome, "Cache-Control: private or no-store on a personal answer", _shown(answer, "Cache-Control"), answer
        )
        return
    carried = credential_fields(answer.request)
    vary = names_in(answer.headers, "Vary")
    if answer.request.method in READING and carried and not (carried | {"*"}) & vary:
        expected = f"Vary with {' or '.join(sorted(carried))}, by which the private answer is one person's"
        yield Breach(Outcome.HEADER_WRONG, expected, _shown(answer, "Vary"), answer)


def _unvaried(answer: Answer, name: str) -> Breach:
    expected = f"Vary with {name}, on which the answer depends"
    return Breach(Outcome.HEADER_WRONG, expected, _shown(answer, "Vary"), answer)


def _shown(answer: Answer, name: str) -> str:
    value = answer.headers.get(name)
    return f"no {name}" if value is None else f"{name}: {value}"
