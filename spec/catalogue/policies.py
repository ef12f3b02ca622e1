"""Policies: what the specification leaves to a shop, and what a shop's profile may declare of each."""

from __future__ import annotations

import math
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from reports.strict_model import StrictModel
from spec.catalogue.vocabulary import Distinct, Prose


class PolicyKind(StrEnum):
    """The form that a declared policy has in a profile."""

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


_KEYS_OF = {
    "values": {PolicyKind.CHOICE, PolicyKind.ARRIVALS},
    "least": {PolicyKind.NUMBER, PolicyKind.COUNT},
    "most": {PolicyKind.NUMBER, PolicyKind.COUNT},
}
"""The keys that only some kinds have."""


class Policy(StrictModel):
    """One thing that a target chooses. It is judged by what it declares, and the report prints it."""

    meaning: Prose
    kind: PolicyKind
    values: Annotated[tuple[Prose, ...], *Distinct] = ()
    """The values of a choice; the parts that arrivals can be mixed of."""
    least: float = Field(default=0.0, allow_inf_nan=False)
    """The least that a number may be."""
    most: float | None = Field(default=None, allow_inf_nan=False)
    """The most that a number may be; without it there is no upper bound."""

    @model_validator(mode="after")
    def _has_the_keys_of_its_kind(self) -> Self:
        for key, kinds in _KEYS_OF.items():
            if key in self.model_fields_set and self.kind not in kinds:
                raise ValueError(f"is of the kind {self.kind.value!r}, which has no key {key!r}")
        if self.kind in _KEYS_OF["values"] and not self.values:
            raise ValueError(f"is of the kind {self.kind.value!r} and needs the key 'values', with one value at least")
        return self

    @property
    def right(self) -> str:
        """Say in words what may be declared, to follow "has to be"."""
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
        noun = "a whole number" if self.kind is PolicyKind.COUNT else "a number"
        if self.most is None:
            return f"{noun} of at least {self.least:g}"
        return f"{noun} from {self.least:g} to {self.most:g}"

    def allows(self, value: object) -> bool:
        """Tell if a profile may declare this value."""
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
        most = math.inf if self.most is None else self.most
        return _is_number(value) and self.least <= float(str(value)) <= most

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
