"""The scope of a run: which requirements it examines, and why a check cannot run against this target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports.results import ReasonCode, Results
from reports.strict_model import suggest
from reports.verdicts import Verdict
from spec.catalogue import Catalogue, CatalogueError, Requirement
from spec.target.profile.grants import GrantState
from spec.target.profile.profile_model import Profile


@dataclass(frozen=True, slots=True)
class Selection:
    """The requirements that a run examines: all of them, or those of areas, chapters and single ids together."""

    requirements: frozenset[str] | None = None
    """None for all."""
    sentence: str = "everything"
    """The selection in words."""

    def holds(self, requirement: Requirement) -> bool:
        """Tell if the requirement is selected."""
        return self.requirements is None or requirement.id in self.requirements


@dataclass(frozen=True, slots=True)
class Gap:
    """The reason for which a check does not run against a target."""

    code: ReasonCode
    reason: str
    in_scope: bool


def find_gap(profile: Profile, requirement: Requirement, effects: frozenset[str]) -> Gap | None:
    """Return the first thing that this target does not claim, grant or allow; None where the check can run."""
    if not profile.claims(requirement.chapter):
        return Gap("not claimed", f"the profile does not claim the chapter {requirement.chapter}", in_scope=False)
    for need in requirement.needs:
        grant = profile.grants(need)
        if grant.answer is GrantState.ABSENT:
            return Gap("not on this machine", grant.sentence, in_scope=False)
        if grant.answer is GrantState.SHUT:
            return Gap("window shut", grant.sentence, in_scope=True)
    for effect in sorted(effects):
        if effect not in profile.effects:
            return Gap("effect not allowed", f"the profile does not allow a check that {effect}", in_scope=True)
    return None


def select(
    catalogue: Catalogue, *, area: str | None = None, chapters: Sequence[str] = (), requirements: Sequence[str] = ()
) -> Selection:
    """Select by area, chapters and ids together; without any of them everything.

    Raises CatalogueError for an unknown name, and where nothing that was chosen has a check.
    """
    known = {chapter.id for chapter in catalogue.chapters}
    for wanted in chapters:
        if wanted not in known:
            raise CatalogueError(f"there is no chapter {wanted!r}; {suggest(wanted, sorted(known))}")
    if area is not None and area not in catalogue.areas:
        raise CatalogueError(f"there is no area {area!r}; {suggest(area, sorted(catalogue.areas))}")
    ids = {requirement.id for requirement in catalogue.requirements}
    for wanted in requirements:
        if wanted not in ids:
            raise CatalogueError(f"there is no requirement {wanted!r}; `python -m spec catalogue` lists them all")
    if not (area or chapters or requirements):
        return Selection()
    chosen = {one.id for one in catalogue.requirements if one.chapter in chapters}
    chosen |= {*requirements, *(catalogue.areas[area] if area else ())}
    words = [
        *([f"area {area}"] if area else []),
        *([f"chapters {' '.join(chapters)}"] if chapters else []),
        *([" ".join(requirements)] if requirements else []),
    ]
    if all(catalogue.get(one).unchecked for one in chosen):
        debt = "the gate counts it as the debt that it is"
        raise CatalogueError(f"nothing of {' and '.join(words)} has a check yet; {debt}")
    return Selection(frozenset(chosen), " and ".join(words))


def select_not_passed(catalogue: Catalogue, last: Results) -> Selection:
    """Select what an earlier run had in its scope and did not pass; what has left the catalogue is left out."""
    known = {requirement.id for requirement in catalogue.requirements if not requirement.unchecked}
    passed = {Verdict.PASS, Verdict.NOT_APPLICABLE}
    chosen = [one.id for one in last.requirements if one.in_scope and one.verdict not in passed and one.id in known]
    return Selection(frozenset(chosen), f"what run {last.run.id} did not pass")
