"""VER-002 and VER-004: the deprecated version announces its end, and no version answers with what is another's."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Final
from urllib.parse import urljoin, urlsplit

import http_sf

from spec.checking.outcomes import Outcome
from spec.checking.rules import Answer, Breach, rule, usual
from spec.checks.support.answer_forms import DocumentedForms
from spec.checks.support.promised_answers import is_json
from spec.surface.known import Known
from spec.target.web_links import linked_targets

HTTP_DATE: Final = "%a, %d %b %Y %H:%M:%S GMT"
SUCCESSOR: Final = "successor-version"
TWINS: Final = ("success", "no credentials", "unknown id", "method not supported", "HEAD", "budget spent")
"""Kinds of answer of which one each is seen before either rule can be met."""


def of_a_deprecated_version(answer: Answer) -> bool:
    """Tell if a version was asked that is deprecated."""
    return usual(answer) and answer.version in answer.known.deprecated


def of_a_current_version(answer: Answer) -> bool:
    """Tell if a version was asked that is not deprecated, of a target that has a deprecated one beside it."""
    known = answer.known
    return usual(answer) and bool(known.deprecated) and answer.version in {*known.versions} - known.deprecated


@rule("VER-002", speaks_of=of_a_deprecated_version, twins=TWINS)
def every_answer_of_the_deprecated_version_announces_its_end(answer: Answer) -> Iterator[Breach]:
    """Answers of the deprecated version say since when it is deprecated, when it ends, and what follows it.

    Deprecation is one structured date (RFC 9745), Sunset one HTTP date that is not earlier (RFC 8594), and a Link of
    the relation successor-version leads to a version that is not deprecated.
    """
    deprecated = yield from _read_date(answer, "Deprecation", "a structured date, @seconds (RFC 9745)")
    sunset = yield from _read_date(answer, "Sunset", "an HTTP date (RFC 8594)")
    if deprecated and sunset and sunset < deprecated:
        expected = f"Sunset not before Deprecation ({deprecated:%Y-%m-%d %H:%M:%S})"
        yield Breach(Outcome.HEADER_WRONG, expected, f"Sunset: {answer.headers.get('Sunset')}")
    targets = list(linked_targets(answer.headers, SUCCESSOR))
    if not any(_leads_to_successor(answer, one) for one in targets):
        expected = f'Link: <…>; rel="{SUCCESSOR}" to a version that is not deprecated'
        found = f"Link: {answer.headers.get('Link')}" if "Link" in answer.headers else "no Link"
        yield Breach(Outcome.HEADER_WRONG if targets else Outcome.HEADER_MISSING, expected, found)


@rule("VER-002", speaks_of=of_a_current_version, twins=TWINS)
def no_answer_of_the_current_version_announces_an_end(answer: Answer) -> Iterator[Breach]:
    """Answers of a version that is not deprecated carry neither Deprecation nor Sunset nor a Link to a successor."""
    for name in ("Deprecation", "Sunset"):
        if name in answer.headers:
            yield Breach(Outcome.HEADER_WRONG, f"no {name}", f"{name}: {answer.headers.get(name)}")
    if any(linked_targets(answer.headers, SUCCESSOR)):
        yield Breach(Outcome.HEADER_WRONG, "no Link to a successor", f"Link: {answer.headers.get('Link')}")


def read_of_one_version(answer: Answer) -> bool:
    """Tell if content of one of several versions was read."""
    several = len(answer.known.versions) > 1 and len(answer.known.documents) > 1
    return several and usual(answer) and answer.request.method == "GET" and _has_content(answer)


def _has_content(answer: Answer) -> bool:
    return answer.response.succeeded and answer.operation is not None and is_json(answer.media_type)


@rule("VER-004", speaks_of=read_of_one_version, twins=("success", "second page"))
class NoReadIsAnsweredAsAnotherVersionAnswersIt:
    """No content of a read is what the document of another version allows and that of its own excludes.

    It is held against both documents, whoever asked, on every page, in every state that the run has brought about.
    """

    def __init__(self) -> None:
        self._forms: tuple[Known, DocumentedForms] | None = None

    def __call__(self, answer: Answer) -> Iterator[Breach]:
        """Yield the version whose answer it is."""
        if self._forms is None or self._forms[0] is not answer.known:
            self._forms = answer.known, DocumentedForms(answer.known)
        other = self._forms[1].belongs_to_another(answer.version, answer.exchange.request, answer.response)
        if other is not None:
            yield Breach(Outcome.VERSIONS_MIXED, f"content of {answer.version}", f"content of {other}")


def _read_date(answer: Answer, name: str, wanted: str) -> Generator[Breach, None, datetime | None]:
    values = answer.headers.get_all(name)
    date = _parse(name, values[0].strip()) if len(values) == 1 else None
    if date is None:
        outcome = Outcome.HEADER_WRONG if values else Outcome.HEADER_MISSING
        yield Breach(outcome, f"{name}: {wanted}, once", f"{name}: {', '.join(values)}" if values else f"no {name}")
    return date


def _parse(name: str, value: str) -> datetime | None:
    try:
        if name == "Deprecation":
            item = http_sf.parse(value.encode("latin-1", "replace"), tltype="item")
            return item[0] if isinstance(item, tuple) and isinstance(item[0], datetime) else None
        date = datetime.strptime(value, HTTP_DATE).replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    # Strict about the day of the week and the width of each part: what parses loosely is no IMF-fixdate.
    return date if format_datetime(date, usegmt=True) == value else None


def _leads_to_successor(answer: Answer, target: str) -> bool:
    known = answer.known
    try:
        path = urlsplit(urljoin(answer.path, target)).path
    except ValueError:
        return False
    return known.version_of(path) in {*known.versions} - known.deprecated
