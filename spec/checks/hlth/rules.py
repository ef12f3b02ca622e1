"""HLTH: what health tells to strangers."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus

from spec.checking.outcomes import Outcome
from spec.checking.rules import Answer, Breach, rule
from spec.checks.support.header_values import directives_of
from spec.checks.support.health_disclosures import health_disclosures_in
from spec.target.verbs import VERBS


def is_readiness(answer: Answer) -> bool:
    """Tell if readiness was read, on the target as it is shipped, its services up or in trouble.

    A request of no verb reads it as well, if it asks by the path of the verb and is told 200 or 503: other answers
    speak of the request.
    """
    circumstances = answer.circumstances
    if circumstances.settings or circumstances.failing or answer.request.malformed:
        return False
    if answer.request.method not in {"GET", "HEAD"}:
        return False
    operation = VERBS["readiness"].operation
    if answer.request.operation:
        return answer.request.operation == operation
    tells = answer.status in {HTTPStatus.OK, HTTPStatus.SERVICE_UNAVAILABLE}
    return tells and answer.known.asks_by(operation, answer.path)


@rule("HLTH-005", speaks_of=is_readiness)
def readiness_gives_nothing_away_and_is_never_stored(answer: Answer) -> Iterator[Breach]:
    """No answer of readiness, whichever services are stopped or hanging, holds a version, an address or the text of an
    error, in its body or its header fields; and each says no-store.

    A version is a number of three parts, one behind the name of software, or whatever stands in a member that is named
    so. An address is one of IP, the name of a host, whatever stands in a member that is there for one, a URL other than
    of a page, a socket or a file. An error's text is the name of an exception, a code of the operating system, or the
    words of a driver; a code of the shop is none. Sentences stand in the title and the detail of the whole answer
    alone: of a dependency it says one word, such as up or down, a number or a time, since what is longer than that is
    mostly the text of an error.
    """
    for found in health_disclosures_in(answer):
        yield Breach(Outcome.INTERNALS_REVEALED, "no more than which dependency is up or down", found)
    said = answer.headers.get("Cache-Control")
    if "no-store" not in directives_of(said or ""):
        outcome = Outcome.HEADER_WRONG if said else Outcome.HEADER_MISSING
        yield Breach(
            outcome,
            "Cache-Control: no-store on readiness",
            "no Cache-Control" if said is None else f"Cache-Control: {said}",
        )
