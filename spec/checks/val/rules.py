"""VAL: what a target takes, what it refuses, and what its answers look like."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus
from typing import Final

from spec.checking.outcomes import Outcome
from spec.checking.rules import Answer, Breach, rule, usual
from spec.checks.support.asked_requests import KNOWN_METHODS
from spec.checks.support.odd_requests import describe_oddities
from spec.checks.support.present_resources import PresentResources
from spec.checks.support.promised_answers import PromisedAnswers
from spec.checks.support.refused_methods import RefusedMethods, judge_refused_method
from spec.checks.support.unread_types import judge_accepted_type, judge_sent_type
from spec.surface.openapi import Document, DocumentedOperation
from spec.target.verbs import VERBS

METHOD_KINDS: Final = ("method not supported", "unknown method", "unsupported media type", "unacceptable Accept")
SUPPORTED_BY_ALL: Final = frozenset({"GET", "HEAD"})
"""Methods that every server has to support (RFC 9110 §9.1)."""


def find_promising(answer: Answer) -> DocumentedOperation | None:
    """Find the documented operation that an answer is one of: one to HEAD is one of GET's, unless HEAD has its own."""
    if answer.operation is not None or answer.document is None or answer.request.method != "HEAD":
        return answer.operation
    return answer.document.find(replace(answer.request, method="GET"))


def is_documented(answer: Answer) -> bool:
    """Tell if the answer is a usual one of an operation that the document of its version has."""
    return usual(answer) and find_promising(answer) is not None


@rule("VAL-015", twins=("success", "no credentials", "unknown id"), speaks_of=is_documented)
class EveryAnswerConformsToTheDocumentOfItsVersion:
    """The status, media type, headers and body of every answer of an operation are as its version's document says.

    The status is documented itself, by its class, or by "default"; the media type is one of those that stand there;
    headers that are declared as required are there, and every declared one is valid by its schema; a body of JSON is
    valid by its schema. An answer to HEAD is held against GET, and has no body; neither has a 204 or 304. Paths and
    methods that the document does not have are not judged.
    """

    def __init__(self) -> None:
        self._promised: dict[int, tuple[Document, PromisedAnswers]] = {}

    def __call__(self, answer: Answer) -> Iterator[Breach]:
        """Yield each difference of an answer from what the document says."""
        operation, document = find_promising(answer), answer.document
        if operation is None or document is None:
            return
        _, promised = self._promised.setdefault(id(document), (document, PromisedAnswers(document)))
        to_head = answer.request.method == "HEAD"
        for one in promised.find_differences(operation, answer.response, to_head=to_head):
            yield Breach(one.outcome, one.expected, one.observed)


@rule("VAL-014", twins=("success", "no credentials", "wrong value"))
def no_answer_is_a_failure_of_the_target(answer: Answer) -> Iterator[Breach]:
    """No answer is a 5xx, whoever asked, and whatever for, while the target's services are up.

    A 501 to a method that the target need not know is none (RFC 9110 §9.1), nor is a 503 by which readiness says that
    a service that was down is not back yet.
    """
    if not answer.response.is_server_error or _is_unknown_method(answer) or _tells_of_recovery(answer):
        return
    odd = describe_oddities(answer.request)
    yield Breach(Outcome.SERVER_ERROR, "no 5xx", f"{answer.status}{f' to {odd}' if odd else ''}")


def _tells_of_recovery(answer: Answer) -> bool:
    readiness = VERBS["readiness"].operation
    asked = answer.request.operation == readiness or answer.known.asks_by(readiness, answer.path)
    return asked and bool(answer.circumstances.recovering) and answer.status == HTTPStatus.SERVICE_UNAVAILABLE


def _is_unknown_method(answer: Answer) -> bool:
    known = answer.request.method in SUPPORTED_BY_ALL or answer.operation is not None
    return answer.response.knows_no_such_method and not known


@rule("VAL-012", twins=("success", *METHOD_KINDS))
class MethodsAndMediaTypesAreRefusedByTheirOwnStatus:
    """A method that the resource lacks gets 405 with Allow, an unknown one 405 or 501, an unread Content-Type 415.

    The document says which methods a resource has and which types it reads. Allow names all of them and not the one
    that was refused, nor another that was refused on the same resource; what Allow leaves out does not work. What no
    document has, but anybody can read, is there for every method: it refuses none as missing, nor, but for a page with
    its forms, as forbidden. A read whose Accept nothing can meet gets 406, or what is always given.
    """

    def __init__(self) -> None:
        self._methods = RefusedMethods()
        self._present = PresentResources()

    def __call__(self, answer: Answer) -> Iterator[Breach]:
        """Judge an answer by the method and the types of its request."""
        yield from judge_refused_method(answer, known=answer.exchange.request.method in KNOWN_METHODS)
        yield from self._methods.compare(answer)
        yield from self._present.compare(answer)
        yield from judge_sent_type(answer)
        yield from judge_accepted_type(answer)
