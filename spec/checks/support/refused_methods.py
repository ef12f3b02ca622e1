"""Methods that a resource lacks: how they are refused, and how that fits with what Allow says."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

from spec.checking.outcomes import Outcome
from spec.checking.rules import Answer, Breach
from spec.checks.support.asked_requests import READING_METHODS, documented_operations, is_plain
from spec.surface import kinds_of_answer as kinds
from spec.target.circumstances import Identity

TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
ANSWERED_BY_ANY: Final = frozenset({"OPTIONS", "CONNECT", "TRACE"})
"""A server may answer them by itself, for any resource or none (RFC 9110 §9.3.6 to §9.3.8)."""
CREDENTIALS: Final = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
LACKS: Final = frozenset({HTTPStatus.METHOD_NOT_ALLOWED})
LACKS_OR_UNKNOWN: Final = LACKS | {HTTPStatus.NOT_IMPLEMENTED}
REFUSING_KINDS: Final = frozenset({kinds.METHOD_NOT_SUPPORTED, kinds.UNKNOWN_METHOD})


def allowed_methods(answer: Answer) -> frozenset[str]:
    """Return the methods that Allow names."""
    named = (answer.headers.get("Allow") or "").split(",")
    return frozenset(one.strip() for one in named if one.strip())


def judge_refused_method(answer: Answer, *, known: bool) -> Iterator[Breach]:
    """Judge the answer to a method that the resource lacks, and the Allow of every 405."""
    operations = documented_operations(answer)
    method = answer.exchange.request.method
    lacking = bool(operations) and method not in operations and not (method == "HEAD" and "GET" in operations)
    if lacking and (method not in ANSWERED_BY_ANY or answer.provokes in REFUSING_KINDS):
        wanted = LACKS if known and method not in ANSWERED_BY_ANY else LACKS_OR_UNKNOWN
        if _is_to_be_refused(answer) and answer.status not in wanted:
            words = "405" if wanted is LACKS else "405 or 501"
            yield Breach(Outcome.WRONG_STATUS, f"{words} for {method}, which the resource lacks", str(answer.status))
    if answer.status != HTTPStatus.METHOD_NOT_ALLOWED:
        return
    yield from _judge_allow(answer, frozenset(operations))


def _is_to_be_refused(answer: Answer) -> bool:
    """Tell if nothing else can be the reason for the status, and it is no success, which `compare` judges."""
    if not is_plain(answer) or answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        return False
    if answer.response.succeeded:
        # A method that nobody knows is none that a document has merely left out.
        return answer.provokes == kinds.UNKNOWN_METHOD
    operations = documented_operations(answer)
    document = answer.document
    closed = document is not None and any(map(document.needs_credentials, operations.values()))
    open_to_all = answer.identity is Identity.NOBODY and not closed
    if answer.status in CREDENTIALS and not open_to_all:
        return False
    # Below an id a thing may be looked for before its methods are.
    has_parameters = any(one.parameter_names for one in operations.values())
    return not (answer.status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE} and has_parameters)


def _judge_allow(answer: Answer, documented: frozenset[str]) -> Iterator[Breach]:
    method, allowed = answer.exchange.request.method, allowed_methods(answer)
    if "Allow" not in answer.headers:
        yield Breach(Outcome.HEADER_MISSING, "405 with Allow (RFC 9110 §15.5.6)", "no Allow")
        return
    shown = f"Allow: {', '.join(sorted(allowed))}"
    if not all(TOKEN.fullmatch(one) for one in allowed):
        yield Breach(Outcome.HEADER_WRONG, "an Allow that lists methods (RFC 9110 §10.2.1)", shown)
    if method in allowed:
        yield Breach(Outcome.HEADER_WRONG, f"an Allow without {method}, which is refused", shown)
    missing = sorted(documented - allowed - {method})
    if missing:
        yield Breach(Outcome.HEADER_WRONG, f"an Allow with {', '.join(missing)}, which the resource has", shown)


@dataclass
class RefusedMethods:
    """Remembers, for each resource, what Allow said, what was refused and what worked."""

    _allowed: dict[str, frozenset[str]] = field(default_factory=dict)
    _refused: defaultdict[str, dict[str, Answer]] = field(default_factory=lambda: defaultdict(dict))
    _worked: defaultdict[str, dict[str, Answer]] = field(default_factory=lambda: defaultdict(dict))

    def compare(self, answer: Answer) -> Iterator[Breach]:
        """Compare an answer with the others of its resource."""
        resource, method = answer.resource, answer.exchange.request.method
        if not documented_operations(answer):
            return
        if answer.status == HTTPStatus.METHOD_NOT_ALLOWED:
            self._refused[resource].setdefault(method, answer)
            self._allowed.setdefault(resource, allowed_methods(answer))
        elif answer.response.succeeded and method not in ANSWERED_BY_ANY and not _is_read(method, answer):
            self._worked[resource].setdefault(method, answer)
        yield from self._contradictions(resource)

    def _contradictions(self, resource: str) -> Iterator[Breach]:
        allowed = self._allowed.get(resource)
        if allowed is None:
            return
        shown = f"Allow: {', '.join(sorted(allowed))}"
        for method, worked in list(self._worked[resource].items()):
            if method not in allowed:
                del self._worked[resource][method]
                yield Breach(
                    Outcome.WRONG_STATUS,
                    f"405 for {method}, as the resource has it ({shown})",
                    str(worked.status),
                    shown_by=worked,
                )
        for method, refused in list(self._refused[resource].items()):
            if method in allowed:
                del self._refused[resource][method]
                if method not in allowed_methods(refused):
                    yield Breach(
                        Outcome.HEADER_WRONG,
                        f"no 405 for {method}, as the resource has it ({shown})",
                        "405",
                        shown_by=refused,
                    )


def _is_read(method: str, answer: Answer) -> bool:
    """Tell if it is HEAD of something that can be read, which Allow need not name."""
    return method in READING_METHODS and bool(READING_METHODS & documented_operations(answer).keys())
