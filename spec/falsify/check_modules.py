"""The modules that hold the checks and rules of each requirement, and the effects of these on a target."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Final

from spec.checking.rules import RULES, rules_of
from spec.falsify.project_graph import ProjectGraph, import_readable

CHECK_PACKAGES: Final = ("spec.checks", "load.objectives")


@dataclass(frozen=True, slots=True)
class CheckModules:
    """The modules of a requirement's checks, and what these checks do, all taken together."""

    modules: frozenset[str] = frozenset()
    effects: frozenset[str] = frozenset()


def find_check_modules(graph: ProjectGraph) -> Mapping[str, CheckModules]:
    """Import the modules of checks and of rules and read whose they are: modules and effects for each requirement.

    A rule reads what others asked for and has no effect of its own. In a run pytest has imported the modules already.
    Raises FalsifyError where one cannot be imported; whether the marks are right is for the collection of a run to say.
    """
    found: dict[str, CheckModules] = {}
    for name in sorted(_names(graph)):
        module = import_readable(name)
        for requirement, effects in [*_checks(module), *_rules(module)]:
            known = found.get(requirement, CheckModules())
            found[requirement] = CheckModules(known.modules | {name}, known.effects | effects)
    return found


def _names(graph: ProjectGraph) -> Iterable[str]:
    modules = {module for package in CHECK_PACKAGES for module in graph.inside(package)}
    return (one for one in modules if one.rpartition(".")[2].startswith("test_") or is_of_rules(one))


def is_of_rules(module: str) -> bool:
    """Tell if a module is the one with a chapter's rules."""
    return f"{module.rpartition('.')[2]}.py" == RULES


def _checks(module: ModuleType) -> Iterator[tuple[str, frozenset[str]]]:
    for function in filter(inspect.isfunction, vars(module).values()):
        for mark in getattr(function, "pytestmark", ()):
            if mark.name == "verifies" and mark.args:
                yield str(mark.args[0]), frozenset(map(str, mark.kwargs.get("effects", ())))


def _rules(module: ModuleType) -> Iterator[tuple[str, frozenset[str]]]:
    return ((one.requirement, frozenset()) for one in rules_of(module))
