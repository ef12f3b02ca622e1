"""Policies: what the specification leaves to a shop, and what a shop's profile may declare of each."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from spec.catalogue.fields import Table


class PolicyKind(StrEnum):
    """What a declared policy looks like in a profile."""

    CHOICE = "choice"
    """One of the policy's values."""
    NUMBER = "number"
    COUNT = "count"
    """A whole number."""
    TEXTS = "texts"
    FILE = "file"
    """A path, relative to the profile's own folder."""
    ARRIVALS = "arrivals"
    """A number of shoppers a second, or a table of that number and the mix of what they do."""


@dataclass(frozen=True, slots=True)
class Policy:
    """One thing that a target chooses. It is judged by what it declares, and the report prints it."""

    name: str
    meaning: str
    kind: PolicyKind
    values: tuple[str, ...] = ()
    """What a choice is made from; the parts that arrivals can be mixed of."""
    least: float = 0.0
    most: float = math.inf
    """Both bounds of a number belong to it."""

    @property
    def right(self) -> str:
        """What may be declared, in words, to follow "has to be"."""
        match self.kind:
            case PolicyKind.CHOICE:
                return " or ".join(f'"{value}"' for value in self.values)
            case PolicyKind.TEXTS:
                return "a list of texts"
            case PolicyKind.FILE:
                return "the path of a file"
            case PolicyKind.ARRIVALS:
                parts = ", ".join(self.values)
                return f"a number above 0, or a table of per_second and mix (shares, from 0 on, of {parts})"
        what = "a whole number" if self.kind is PolicyKind.COUNT else "a number"
        if self.most == math.inf:
            return f"{what} of at least {self.least:g}"
        return f"{what} from {self.least:g} to {self.most:g}"

    def allows(self, value: object) -> bool:
        """Whether a profile may declare this value."""
        match self.kind:
            case PolicyKind.CHOICE:
                return value in self.values
            case PolicyKind.TEXTS:
                return isinstance(value, list) and all(isinstance(one, str) and one for one in value)
            case PolicyKind.FILE:
                return isinstance(value, str) and bool(value)
            case PolicyKind.ARRIVALS:
                return self._is_arrivals(value) if isinstance(value, Mapping) else _is_rate(value)
            case PolicyKind.COUNT if not isinstance(value, int):
                return False
        return _is_number(value) and self.least <= float(str(value)) <= self.most

    def _is_arrivals(self, value: Mapping[str, object]) -> bool:
        if not set(value) <= {"per_second", "mix"} or not _is_rate(value.get("per_second")):
            return False
        mix = value.get("mix")
        if mix is None:
            return True
        if not isinstance(mix, Mapping) or not set(mix) <= set(self.values):
            return False
        shares = [float(str(share)) if _is_number(share) else -1.0 for share in mix.values()]
        return min(shares, default=0.0) >= 0 and sum(shares) > 0


def _is_number(value: object) -> bool:
    return not isinstance(value, bool) and isinstance(value, int | float) and math.isfinite(value)


def _is_rate(value: object) -> bool:
    return _is_number(value) and float(str(value)) > 0


def read_policy(name: str, table: Table) -> Policy:
    """The policy that a table of ``catalogue.toml`` describes. Raises ``CatalogueError``."""
    kind = table.choice("kind", PolicyKind)
    chosen = kind in {PolicyKind.CHOICE, PolicyKind.ARRIVALS}
    values = table.texts("values") if chosen else ()
    if chosen and not values:
        raise table.error("values", "it is empty; name what may be chosen")
    numeric = kind in {PolicyKind.NUMBER, PolicyKind.COUNT}
    policy = Policy(
        name=name,
        meaning=table.text("meaning"),
        kind=kind,
        values=values,
        least=table.number("least") if numeric and table.has("least") else 0.0,
        most=table.number("most") if numeric and table.has("most") else math.inf,
    )
    table.finish()
    return policy
