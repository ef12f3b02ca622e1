"""Which pytest items are checks, whether they fit the catalogue, and in which order they run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pytest

from spec.catalogue import Catalogue
from spec.target.profile.profile_model import Effect

_KNOWN_EFFECTS = frozenset(map(str, Effect))


@dataclass(frozen=True, slots=True)
class CheckItem:
    """A pytest item with the requirement that it verifies and what it does to the target."""

    item: pytest.Item
    requirement: str
    effects: frozenset[str]

    @property
    def title(self) -> str:
        """The fact that must hold, as the check's name says it."""
        name = self.item.name.removeprefix("test_")
        return name.replace("_", " ")


def read_marks(item: pytest.Item) -> CheckItem:
    """The item as a check. Raises pytest.UsageError when it does not say what it verifies."""
    marks = list(item.iter_markers("verifies"))
    if len(marks) != 1 or len(marks[0].args) != 1 or not isinstance(marks[0].args[0], str):
        raise pytest.UsageError(f"{item.nodeid} has to carry @verifies with exactly one requirement id")
    effects = frozenset(map(str, marks[0].kwargs.get("effects", {"reads"})))
    for keyword in sorted(set(marks[0].kwargs) - {"effects"}):
        raise pytest.UsageError(f"{item.nodeid}: @verifies knows no {keyword}=, only effects=")
    for unknown in sorted(effects - _KNOWN_EFFECTS):
        known = ", ".join(sorted(_KNOWN_EFFECTS))
        raise pytest.UsageError(f"{item.nodeid}: @verifies knows no effect {unknown!r}; there are {known}")
    return CheckItem(item, marks[0].args[0], effects)


def validate(checks: Iterable[CheckItem], catalogue: Catalogue) -> None:
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


def order_checks(checks: Sequence[CheckItem], catalogue: Catalogue) -> list[CheckItem]:
    """What a shop is for comes first, then by catalogue; load after what it would disturb, what breaks comes last."""
    places = {requirement.id: place for place, requirement in enumerate(catalogue.requirements)}

    def key(check: CheckItem) -> tuple[bool, bool, int]:
        return ("breaks" in check.effects, "loads" in check.effects, places[check.requirement])

    return sorted(checks, key=key)
