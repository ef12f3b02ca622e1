"""The import graph of the project, and digests of the files that stand behind its modules."""

from __future__ import annotations

import importlib
import logging
import os
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import Final

import grimp
from grimp.exceptions import SourceSyntaxError

from spec.falsify import FalsifyError
from spec.falsify.deciding_text import deciding_text

PROJECT: Final = Path(__file__).resolve().parents[2]
PACKAGES: Final = ("spec", "load", "reports", "reference_app")
# grimp warns of files that cannot be modules (gunicorn.conf.py); they count as data of their package here.
logging.getLogger("grimp").addHandler(logging.NullHandler())


class ProjectGraph:
    """Modules of the project, what they import, and their files; each file is read once.

    `cut` names packages that are not followed. What only the type checker reads is no import.
    """

    def __init__(self, project: Path = PROJECT, cut: Iterable[str] = ()) -> None:
        self.project = project
        self._hashes: dict[str, bytes] = {}
        self._reached: dict[str, frozenset[str]] = {}
        try:
            # Without grimp's cache, which would be written into the checkout; the graph takes a tenth of a second.
            self._graph = grimp.build_graph(*PACKAGES, cache_dir=None, exclude_type_checking_imports=True)
        except SourceSyntaxError as error:
            raise FalsifyError(f"{Path(error.filename).name}, line {error.lineno}: this is no Python") from error
        for module in list(self._graph.modules):
            # The packages in which a module lies run before it, imported by name or not.
            package = module.rpartition(".")[0]
            if package in self._graph.modules:
                self._graph.add_import(importer=module, imported=package)
        for module in {one for package in cut for one in self.inside(package)}:
            self._graph.remove_module(module)

    def inside(self, package: str) -> frozenset[str]:
        """Return a package, or module, and all modules in it; nothing where there is none of that name."""
        if package not in self._graph.modules:
            return frozenset()
        return frozenset({package, *self._graph.find_descendants(package)})

    def reach(self, roots: Iterable[str]) -> frozenset[str]:
        """Return the roots, all modules in them, what these import, and what that imports in turn."""
        return frozenset[str]().union(*map(self._reach, roots))

    def resolve(self, name: str) -> str | None:
        """Return the module with which a dotted name begins; None where none does."""
        while name and name not in self._graph.modules:
            name = name.rpartition(".")[0]
        return name or None

    def source(self, module: str) -> str:
        """Return the text of a module's file."""
        return (self.project / self._modules[module]).read_text(encoding="utf-8")

    def files(self, modules: Iterable[str], whole: Iterable[str] = ()) -> frozenset[str]:
        """Return the files of modules and the data that lies beside them; of `whole` packages also what lies deeper."""
        found = set()
        for module in modules:
            found |= {self._modules[module], *self._data[module].beside}
        for package in whole:
            found |= self._data[package].below
        return frozenset(found)

    def digest(self, files: Iterable[str], *more: str) -> str:
        """Return a SHA-256 over names and contents of files, in the order of the names, and over more texts.

        Of Python only what can decide something counts.
        """
        digest = sha256()
        for file in sorted(set(files)):
            if file not in self._hashes:
                content = (self.project / file).read_bytes()
                self._hashes[file] = sha256(deciding_text(content) if file.endswith(".py") else content).digest()
            digest.update(f"{file}\0".encode() + self._hashes[file])
        for text in more:
            digest.update(sha256(text.encode()).digest())
        return digest.hexdigest()

    def _reach(self, root: str) -> frozenset[str]:
        if root not in self._reached:
            self._reached[root] = self.inside(root) | self._graph.find_upstream_modules(root, as_package=True)
        return self._reached[root]

    @cached_property
    def _modules(self) -> dict[str, str]:
        """The file of each module, from the project's root."""
        places = {module: module.replace(".", "/") for module in self._graph.modules}
        packages = {module: f"{place}/__init__.py" for module, place in places.items()}
        return {
            module: packages[module] if (self.project / packages[module]).is_file() else f"{place}.py"
            for module, place in places.items()
        }

    @cached_property
    def _data(self) -> defaultdict[str, _Data]:
        """The files of each package that are no modules, beside its modules and below them."""
        found: defaultdict[str, _Data] = defaultdict(_Data)
        for root in PACKAGES:
            for folder, _, names in os.walk(self.project / root):
                parts = Path(folder).relative_to(self.project).parts
                files = {"/".join([*parts, name]) for name in names if _is_data(name)}
                found[".".join(parts)].beside.update(files)
                for depth in range(1, len(parts) + 1):
                    found[".".join(parts[:depth])].below.update(files)
        return found


@dataclass(frozen=True, slots=True)
class _Data:
    beside: set[str] = field(default_factory=set)
    below: set[str] = field(default_factory=set)


def _is_data(name: str) -> bool:
    """Tell what is neither a module nor made of one by Python. No module has a dot in its name: gunicorn.conf.py."""
    stem, _, ending = name.rpartition(".")
    return not name.startswith(".") and ending not in {"pyc", "pyo"} and not (ending == "py" and "." not in stem)


def import_readable(module: str) -> ModuleType:
    """Import a module of the project. Raises FalsifyError where that fails, for whatever reason."""
    file = f"{module.rpartition('.')[2]}.py"
    try:
        return importlib.import_module(module)
    except SyntaxError as error:
        raise FalsifyError(f"{file}: this is no Python ({error})") from error
    except Exception as error:  # an import runs the module, and anything may come of that
        raise FalsifyError(f"{file}: it cannot be imported ({type(error).__name__}: {error})") from error
