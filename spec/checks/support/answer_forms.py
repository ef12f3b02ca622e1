"""The form of an answer: which members it has and of which types, to tell the versions of an interface apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from spec.checking.outcomes import Outcome
from spec.checks.support.promised_answers import PromisedAnswers
from spec.surface.known import Known
from spec.target.exchange import Request, Response, UnexpectedAnswer

Place = tuple[str, str]
"""A JSON pointer, with * for each entry of a list, and the type of what stands there."""


def form_of(response: Response) -> frozenset[Place]:
    """Return the places of a JSON body; empty where it is none."""
    try:
        return frozenset(_places(response.json()))
    except UnexpectedAnswer:
        return frozenset()


def _places(value: Any, pointer: str = "") -> Iterator[Place]:
    if isinstance(value, dict):
        for name, member in value.items():
            yield from _places(member, f"{pointer}/{name}")
    elif isinstance(value, list):
        for member in value:
            yield from _places(member, f"{pointer}/*")
    if value is not None:
        yield pointer, type(value).__name__


@dataclass(frozen=True, slots=True)
class OwnForms:
    """The forms that one read of like things has under two versions, from answers that no cache has given."""

    own: frozenset[Place]
    other: frozenset[Place]

    def told(self, form: frozenset[Place]) -> bool | None:
        """Tell if an answer has the own form rather than the other one; None where the two do not differ.

        It is held against what one form has and the other lacks: most of it, since things may differ a little.
        """
        if self.own == self.other:
            return None
        return _share(form, self.own - self.other) >= _share(form, self.other - self.own)


def _share(form: frozenset[Place], marks: frozenset[Place]) -> float:
    return len(form & marks) / len(marks) if marks else 0.5


class DocumentedForms:
    """Tells by its documents to which versions of a target an answer may belong."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._promised = {known.version_of_document(one): PromisedAnswers(one) for one in known.documents}

    def fits(self, version: str, request: Request, response: Response) -> bool | None:
        """Tell if a version may answer the same read with this body; None where its document does not say."""
        promised = self._promised.get(version)
        moved = self._known.in_version(replace(request, method="GET"), version)
        operation = promised.document.find(moved) if promised is not None else None
        if promised is None or operation is None:
            return None
        found = {one.outcome for one in promised.find_differences(operation, response)}
        return None if Outcome.NOT_DOCUMENTED in found else Outcome.WRONG_CONTENT not in found

    def belongs_to_another(self, version: str, request: Request, response: Response) -> str | None:
        """Return the version that may answer so where the own one may not; None where nothing says that."""
        if self.fits(version, request, response) is not False:
            return None
        others = (one for one in self._promised if one != version)
        return next((one for one in others if self.fits(one, request, response)), None)
