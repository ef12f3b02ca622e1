"""Faults: modules that each make the reference shop wrong in one way, and say which requirements must notice it."""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import Final

from spec.checking.outcomes import Outcome
from spec.falsify import FalsifyError
from spec.falsify.project_graph import import_readable

FAULTS: Final = "spec.falsify.shops"


@dataclass(frozen=True, slots=True)
class FaultModule:
    """A shop that is wrong in one way: the first line of its module's docstring, its `KILLS` and its `SETTINGS`.

    `outcomes` holds, for each requirement, the codes with which its check has to turn red: with any other, the shop
    was broken in another way than the module says. `settings` are environment variables of the shop.
    """

    id: str
    module: str
    description: str
    outcomes: Mapping[str, frozenset[Outcome]]
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def kills(self) -> tuple[str, ...]:
        """The requirements that have to turn red, in the order of the module."""
        return tuple(self.outcomes)


def find_faults(package: str = FAULTS) -> tuple[FaultModule, ...]:
    """Import every fault; none of them touches the shop before its `break_shop` is called.

    Raises FalsifyError for the first that does not say what it has to.
    """
    found: dict[str, FaultModule] = {}
    path = importlib.import_module(package).__path__
    for place in pkgutil.walk_packages(path, f"{package}."):
        if place.ispkg:
            continue
        fault = _read(import_readable(place.name))
        if fault.id in found:
            raise FalsifyError(f"{fault.id}.py: two faults have this name, {found[fault.id].module} and {fault.module}")
        found[fault.id] = fault
    return tuple(found[name] for name in sorted(found))


def _read(module: ModuleType) -> FaultModule:
    name = module.__name__.rpartition(".")[2]
    description = (module.__doc__ or "").strip().partition("\n")[0]
    if not description:
        raise FalsifyError(f"{name}.py: a fault needs a docstring that says what is wrong with its shop")
    if not callable(getattr(module, "break_shop", None)):
        raise FalsifyError(f"{name}.py: a fault needs a function break_shop, which makes the shop wrong")
    if not hasattr(module, "KILLS"):
        raise FalsifyError(f"{name}.py: a fault needs KILLS: the requirements that it breaks, and how")
    outcomes = _read_kills(name, module.KILLS)
    return FaultModule(name, module.__name__, description, outcomes, _read_settings(name, module))


def _read_kills(name: str, said: object) -> Mapping[str, frozenset[Outcome]]:
    if not isinstance(said, dict) or not said or not all(isinstance(one, str) for one in said):
        raise FalsifyError(
            f'{name}.py: KILLS has to be like {{"RATE-001": "ADMITTED_BEYOND_BUDGET"}}: each requirement with the'
            " outcome code by which its check has to turn red, or a tuple of codes"
        )
    return {requirement: _read_codes(name, requirement, codes) for requirement, codes in said.items()}


def _read_codes(name: str, requirement: str, said: object) -> frozenset[Outcome]:
    codes = (said,) if isinstance(said, str) else said
    if not isinstance(codes, tuple) or not codes or not all(isinstance(one, str) for one in codes):
        raise FalsifyError(f"{name}.py: KILLS has to name an outcome code for {requirement}, or a tuple of codes")
    for code in codes:
        if code not in Outcome.__members__:
            close = difflib.get_close_matches(code, Outcome.__members__)
            hint = f"did you mean {' or '.join(close)}?" if close else "spec/checking/outcomes.py lists them"
            raise FalsifyError(f"{name}.py: {code!r} for {requirement} is no outcome code; {hint}")
    return frozenset(map(Outcome, codes))


def _read_settings(name: str, module: ModuleType) -> Mapping[str, str]:
    said = getattr(module, "SETTINGS", {})
    if not isinstance(said, dict) or not all(isinstance(one, str) for one in (*said, *said.values())):
        raise FalsifyError(f'{name}.py: SETTINGS has to be like {{"THROTTLE_ANON": "1000/hour"}}, texts to texts')
    return said
