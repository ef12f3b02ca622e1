"""Models of the catalogue's files: one file a chapter, and catalogue.toml for all that the chapters share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Self

from pydantic import Field, model_validator

from reports.strict_model import StrictModel
from spec.catalogue.entries import RequirementBase
from spec.catalogue.policies import Policy
from spec.catalogue.vocabulary import Distinct, Prose, References, Span, SpanReason

ChapterId = Annotated[str, Field(pattern=r"^[A-Z]+$")]


class RequirementEntry(RequirementBase):
    """A requirement as its chapter's file states it."""

    spans: Annotated[tuple[Span, ...], *Distinct] = ()
    """The spans over which the statement speaks: its check has to look over each of them."""
    not_spanned: dict[Span, SpanReason] = {}
    """Each other span with the reason, in 2 to 6 words; the chapter's reason holds where none is given here."""
    references: References | None = None
    """Standards of this requirement alone; without them it has those of its chapter."""


class ChapterHead(StrictModel):
    """The facts about a chapter, and what its requirements share."""

    id: ChapterId
    """The prefix of its requirements' ids."""
    title: Prose
    why: Prose
    """The reason for which a shop cares about the subject."""
    references: References
    """Standards of every requirement that names none of its own."""
    not_spanned: dict[Span, SpanReason] = {}
    """Reasons of every requirement that neither speaks over the span nor gives a reason of its own."""


class ChapterFile(StrictModel):
    """A chapter of Shopspec's catalogue: its head and its requirements."""

    chapter: ChapterHead
    requirement: Annotated[tuple[RequirementEntry, ...], Field(min_length=1)]
    """The requirements, in the order in which they are reported."""

    @model_validator(mode="after")
    def _is_coherent(self) -> Self:
        problem = next(self._problems(), None)
        if problem is not None:
            raise ValueError(problem)
        return self

    def _problems(self) -> Iterator[str]:
        """Yield a sentence for each thing that is wrong between the entries, or between one and the head."""
        known: set[str] = set()
        for entry in self.requirement:
            table = f"[requirement.{entry.id}]"
            if not entry.id.startswith(f"{self.chapter.id}-"):
                yield f"{table} id has to begin with '{self.chapter.id}-', as its chapter does"
            if entry.id in known:
                yield f"{table} id is used twice; give each requirement an id of its own"
            known.add(entry.id)
            for span in entry.spans:
                if span in entry.not_spanned:
                    yield f"{table} not_spanned has {span.value!r}, which is among its spans; leave it in one of them"
            silent = [span.value for span, reason in self.spans_of(entry).items() if reason is None]
            if silent:
                yield (
                    f"{table} spans leaves out {', '.join(silent)}; "
                    "name each there, or give its reason in not_spanned or in [chapter.not_spanned]"
                )

    def spans_of(self, entry: RequirementEntry) -> dict[Span, str | None]:
        """Return each span with the reason for which the entry does not speak over it.

        The reason is empty where the entry does speak over it, and None where the file says neither.
        """
        reasons = {**self.chapter.not_spanned, **entry.not_spanned}
        return {span: "" if span in entry.spans else reasons.get(span) for span in Span}


class IndexFile(StrictModel):
    """Catalogue.toml: version, order of chapters, areas, policies and settings of Shopspec's catalogue."""

    version: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")]
    chapters: Annotated[tuple[ChapterId, ...], Field(min_length=1), *Distinct]
    """Every chapter, in the order of examination."""
    areas: dict[Prose, Annotated[tuple[Prose, ...], *Distinct]]
    """Chapters and single requirements that are examined together; one that is named by its id belongs there alone."""
    policies: dict[Prose, Policy]
    """Things that a target chooses, and declares in its profile."""
    settings: dict[Prose, Prose]
    """Settings with which checks start a target of their own, each with its meaning."""
