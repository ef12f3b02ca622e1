"""Turn pytest items into planned checks, hold them against the catalogue, and put them in order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pytest

from spec.catalogue import Catalogue
from spec.checking.check_record import CheckIdentity
from spec.run.scope import Gap, find_gap
from spec.target.profile.profile_model import Effect, Profile

_KNOWN_EFFECTS = frozenset(map(str, Effect))


@dataclass(frozen=True, slots=True)
class MarkedCheck:
    """A pytest item with the requirement that it verifies and its effects on the target, as its mark says."""

    item: pytest.Item
    identity: CheckIdentity
    effects: frozenset[str]

    @property
    def requirement(self) -> str:
        """The id of the requirement."""
        return self.identity.requirement


@dataclass(frozen=True, slots=True)
class PlannedCheck:
    """A selected check, and the reason for which it does not run (None where it does). Decided once, at collection."""

    identity: CheckIdentity
    effects: frozenset[str]
    gap: Gap | None


def read_marks(item: pytest.Item) -> MarkedCheck:
    """Read an item's mark. Raises pytest.UsageError when it does not say what the check verifies."""
    marks = list(item.iter_markers("verifies"))
    if len(marks) != 1 or len(marks[0].args) != 1 or not isinstance(marks[0].args[0], str):
        raise pytest.UsageError(f"{item.nodeid} has to carry @verifies with exactly one requirement id")
    effects = frozenset(map(str, marks[0].kwargs.get("effects", {"reads"})))
    for keyword in sorted(set(marks[0].kwargs) - {"effects"}):
        raise pytest.UsageError(f"{item.nodeid}: @verifies knows no {keyword}=, only effects=")
    for unknown in sorted(effects - _KNOWN_EFFECTS):
        known = ", ".join(sorted(_KNOWN_EFFECTS))
        raise pytest.UsageError(f"{item.nodeid}: @verifies knows no effect {unknown!r}; there are {known}")
    title = item.name.removeprefix("test_").replace("_", " ")
    stated = getattr(item, "description", None) or getattr(getattr(item, "obj", None), "__doc__", None)
    description = str(stated or "")
    return MarkedCheck(item, CheckIdentity(item.nodeid, marks[0].args[0], title, description), effects)


def plan(check: MarkedCheck, catalogue: Catalogue, profile: Profile) -> PlannedCheck:
    """Decide whether the check runs against the profile's target."""
    gap = find_gap(profile, catalogue.get(check.requirement), check.effects)
    return PlannedCheck(check.identity, check.effects, gap)


def validate(checks: Iterable[MarkedCheck], catalogue: Catalogue) -> None:
    """Raise pytest.UsageError unless collection and catalogue say the same about what is checked."""
    known = {requirement.id: requirement for requirement in catalogue.requirements}
    checked = set()
    for check in checks:
        if check.requirement not in known:
            raise pytest.UsageError(f"{check.item.nodeid} verifies {check.requirement}, which is not in the catalogue")
        checked.add(check.requirement)
    for requirement in known.values():
        if requirement.unchecked and requirement.id in checked:
            raise pytest.UsageError(
                f"{requirement.id} has a check: take 'unchecked' out of its entry in {requirement.file}"
            )
        if not requirement.unchecked and requirement.id not in checked:
            raise pytest.UsageError(
                f'{requirement.id} has no check: add one, or say unchecked = "no check yet" in {requirement.file}'
            )


def order_checks(checks: Sequence[MarkedCheck], catalogue: Catalogue) -> list[MarkedCheck]:
    """Sort by catalogue, which begins with the flows; then load, then what breaks things, and the rules at the end."""
    places = {requirement.id: place for place, requirement in enumerate(catalogue.requirements)}

    def key(check: MarkedCheck) -> tuple[bool, bool, bool, int]:
        # A rule is judged over every exchange of the run: when all others have had theirs.
        judges = not isinstance(check.item, pytest.Function)
        return (judges, "breaks" in check.effects, "loads" in check.effects, places[check.requirement])

    return sorted(checks, key=key)
