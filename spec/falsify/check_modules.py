"""The modules that hold the checks of each requirement, and the effects of these on a target."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Final

import pytest

from spec.falsify.project_graph import ProjectGraph, import_readable

CHECK_PACKAGES: Final = ("spec.checks", "load.objectives")


@dataclass(frozen=True, slots=True)
class CheckModules:
    """The modules of a requirement's checks, and what these checks do, all taken together."""

    modules: frozenset[str] = frozenset()
    effects: frozenset[str] = frozenset()


def find_check_modules(graph: ProjectGraph) -> Mapping[str, CheckModules]:
    """Import the modules of checks and read their marks: modules and effects for each requirement.

    In a run pytest has imported them already. Raises FalsifyError where one cannot be imported; whether the marks are
    right is for the collection of a run to say.
    """
    found: dict[str, CheckModules] = {}
    for name in sorted(_names(graph)):
        for mark in _marks(import_readable(name)):
            requirement, effects = str(mark.args[0]), frozenset(map(str, mark.kwargs.get("effects", ())))
            known = found.get(requirement, CheckModules())
            found[requirement] = CheckModules(known.modules | {name}, known.effects | effects)
    return found


def _names(graph: ProjectGraph) -> Iterable[str]:
    modules = {module for package in CHECK_PACKAGES for module in graph.inside(package)}
    return (module for module in modules if module.rpartition(".")[2].startswith("test_"))


def _marks(module: ModuleType) -> Iterator[pytest.Mark]:
    for function in filter(inspect.isfunction, vars(module).values()):
        yield from (mark for mark in getattr(function, "pytestmark", ()) if mark.name == "verifies" and mark.args)
