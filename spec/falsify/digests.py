"""Digests of everything that a kill rests on: when none of it has changed, what falsify saw still holds.

A kill rests on the check, on what was wrong, and on the part of the shop that was broken. Each part is a few roots and
whatever they reach by imports: with a requirement for every promise, a change to one module must not make everything
stale that was ever seen. Files count with their names, so that a renamed one is another one.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Final, assert_never

from spec.catalogue import Catalogue
from spec.falsify.check_modules import CheckModules, find_check_modules, is_of_rules
from spec.falsify.experiments import ExchangeNull, ObservationNull, WholeNull, Wrong
from spec.falsify.fault_modules import FaultModule
from spec.falsify.nulls.null_answers import HttpNull
from spec.falsify.project_graph import PROJECT, ProjectGraph

VERDICT: Final = ("spec.checking", "spec.target")
"""All that lies between a check and its verdict, beside the check's own module: how the target is seen and how that is
judged. The command line, the plugin, progress and these books call the check and are called by nothing that it reaches,
so they are not part of it."""
APART: Final = ("spec.catalogue", "reports.results")
"""Reached, and left out: the digest holds a catalogue's entry itself, and results are written after a verdict."""
TOUR: Final = ("spec.surface", "spec.run.rule_items")
"""Modules on which a rule rests beside that: the tour that asks for what it judges, and the item that states it."""
HYPOTHESIS: Final = "conftest.py"
"""Says how Hypothesis generates; it stands above the packages."""
LOAD: Final = "load"
LOADS: Final = "loads"
"""The effect of checks that judge a load: a process of its own, which nothing imports, and one for all of them."""
INSTALLER: Final = "spec.falsify.faulty_wsgi"
"""Puts a fault into the shop."""
NULLS: Final = "spec.falsify.nulls"
SHOP: Final = "reference_app"
REQUESTS: Final = (f"{SHOP}.wsgi", f"{SHOP}.urls", f"{SHOP}.settings")
"""Every request passes these, and the middleware and handlers that they name in texts."""
INSTALLED: Final = ("shop", "services")
"""The groups of pyproject.toml that the shop runs with: another framework is another shop."""
_NAMED: Final = re.compile(rf"\b{SHOP}(?:\.[A-Za-z_]\w*)+")
DIGITS: Final = 16


class Digests:
    """Today's digests of a project. `document` is what the null that answers from the shop's document speaks."""

    def __init__(self, catalogue: Catalogue, project: Path = PROJECT, document: str = "") -> None:
        self._catalogue = catalogue
        self._project = project
        self._document = document
        self._checks: dict[str, str] = {}
        self._broken_shops: dict[str, list[str]] = {}

    def rests_on(self, wrong: Wrong, requirement: str) -> str:
        """Return one short digest for what a kill rests on. Raises FalsifyError where a file cannot be read.

        Nulls do without the shop: one is noticed by the check, whatever stands behind it.
        """
        match wrong:
            case FaultModule():
                parts = self._broken_shop(wrong.module)
            case WholeNull() | ExchangeNull():
                parts = [self._nulls, self._document if wrong.answers is HttpNull.EXAMPLES else ""]
            case ObservationNull():
                # Each kind of observation makes its own null, and lies in what every check rests on.
                parts = []
            case unknown:
                assert_never(unknown)
        return sha256("\0".join([self.check(requirement), wrong.id, *parts]).encode()).hexdigest()[:DIGITS]

    def check(self, requirement: str) -> str:
        """Return the digest of a requirement's entry, of its checks, and of what lies between them and a verdict."""
        if requirement not in self._checks:
            check = self._check_modules.get(requirement, CheckModules())
            roots, entries = {*VERDICT, *check.modules, *self._fixtures_above(check.modules)}, {requirement}
            if any(is_of_rules(module) for module in check.modules):
                roots |= set(TOUR)
            if LOADS in check.effects:
                roots.add(LOAD)
                entries |= self.loading
            files = self._graph.files(self._graph.reach(roots), roots) | {HYPOTHESIS}
            digest = self._graph.digest(files, *(self._catalogue.get(one).digest for one in sorted(entries)))
            self._checks[requirement] = digest[:DIGITS]
        return self._checks[requirement]

    @cached_property
    def loading(self) -> frozenset[str]:
        """The requirements whose checks say that they load the target."""
        return frozenset(one for one, check in self._check_modules.items() if LOADS in check.effects)

    def shop_modules(self, fault: str) -> frozenset[str]:
        """Return the modules of the shop on which a fault's kills rest.

        These are the apps that the fault's module names, in an import or in a text, with what they import, and what
        every request passes. A fault that names none, because a setting alone is wrong, may rest on any of them.
        """
        named = {found for one in self._graph.reach([fault]) if not _is_of(SHOP, one) for found in self._names_in(one)}
        apps = {_app(module) for module, _ in named}
        return self._graph.reach({*apps, *self._request_path} if apps else {SHOP})

    @cached_property
    def _graph(self) -> ProjectGraph:
        return ProjectGraph(self._project, APART)

    @cached_property
    def _check_modules(self) -> Mapping[str, CheckModules]:
        return find_check_modules(self._graph)

    def _fixtures_above(self, modules: Iterable[str]) -> set[str]:
        packages = {module.rsplit(".", depth)[0] for module in modules for depth in range(1, module.count(".") + 1)}
        return {conftest for package in packages for conftest in self._graph.inside(f"{package}.conftest")}

    def _broken_shop(self, fault: str) -> list[str]:
        """Return the digest of a fault, with what puts it into the shop, and that of the shop's part."""
        if fault not in self._broken_shops:
            own = {one for one in self._graph.reach([fault, INSTALLER]) if not _is_of(SHOP, one)}
            modules = self.shop_modules(fault)
            shop = self._graph.files(modules, {_app(one) for one in modules if one != SHOP})
            self._broken_shops[fault] = [
                self._graph.digest(self._graph.files(own)),
                self._graph.digest(shop, *self._installed),
            ]
        return self._broken_shops[fault]

    @cached_property
    def _nulls(self) -> str:
        own = {one for one in self._graph.reach([NULLS]) if not _is_of(SHOP, one)}
        return self._graph.digest(self._graph.files(own))

    @cached_property
    def _request_path(self) -> frozenset[str]:
        frame = [module for root in REQUESTS for module in self._graph.inside(root)]
        named = {found for module in frame for found in self._names_in(module)}
        # A text that names something in a module is used with each request; one that names an app installs it.
        return frozenset(REQUESTS) | {module for module, inside in named if inside}

    def _names_in(self, module: str) -> set[tuple[str, bool]]:
        """Find the modules of the shop that a module's text names, and whether it names something in them."""
        found = set()
        for name in _NAMED.findall(self._graph.source(module)):
            resolved = self._graph.resolve(name)
            if resolved is not None and resolved != SHOP:
                found.add((resolved, resolved != name))
        return found

    @cached_property
    def _installed(self) -> list[str]:
        groups = tomllib.loads((self._project / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]
        wanted = {re.split(r"[^\w.-]", one)[0].lower() for group in INSTALLED for one in groups[group]}
        lines = (self._project / "requirements.lock").read_text(encoding="utf-8").splitlines()
        pins = [line.split()[0] for line in lines if "==" in line and line[0].isalnum()]
        return sorted(pin for pin in pins if re.split(r"[^\w.-]", pin)[0] in wanted)


def _app(module: str) -> str:
    """Return the app of a module of the shop: the package right below it."""
    return ".".join(module.split(".")[:2])


def _is_of(package: str, module: str) -> bool:
    return module == package or module.startswith(f"{package}.")
