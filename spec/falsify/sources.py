"""Which of the project's own files a file rests on: all that it imports, and what those import in turn."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Final

PACKAGES: Final = ("spec", "load", "reports")
"""What is followed. The reference shop is none of it: a check must not import it, and it has a digest of its own."""


class Sources:
    """The files of a project, named by their paths from its root; each is read and parsed once."""

    def __init__(self, project: Path, *, ignored: Iterable[str] = ()) -> None:
        self.project = project
        self._ignored = tuple(map(PurePosixPath, ignored))
        self._modules: dict[str, ast.Module] = {}
        self._imported: dict[str, frozenset[str]] = {}
        self._hashes: dict[str, bytes] = {}

    def find(self, folder: str, pattern: str) -> list[str]:
        """The files of a folder and its subfolders whose names match; none where there is no such folder."""
        found = (self.project / folder).rglob(pattern)
        return sorted(path.relative_to(self.project).as_posix() for path in found if path.is_file())

    def parse(self, file: str) -> ast.Module:
        """The syntax tree of a file; an empty one where it is no Python, which is for whoever runs it to say."""
        if file not in self._modules:
            try:
                self._modules[file] = ast.parse((self.project / file).read_bytes(), filename=file)
            except (SyntaxError, ValueError):
                self._modules[file] = ast.Module(body=[], type_ignores=[])
        return self._modules[file]

    def closure(self, files: Iterable[str]) -> frozenset[str]:
        """The files, what they import, what that imports in turn, and the packages around; without what is ignored."""
        found: set[str] = set()
        waiting = list(files)
        while waiting:
            file = waiting.pop()
            if file not in found:
                found.add(file)
                if file.endswith(".py"):
                    waiting += self._imports_of(file)
        return frozenset(found)

    def digest(self, files: Iterable[str], *more: str) -> str:
        """SHA-256 over names and contents, in the order of the names, and over whatever else is given."""
        digest = sha256()
        for file in sorted(set(files)):
            if file not in self._hashes:
                self._hashes[file] = sha256((self.project / file).read_bytes()).digest()
            digest.update(f"{file}\0".encode() + self._hashes[file])
        for text in more:
            digest.update(sha256(text.encode()).digest())
        return digest.hexdigest()

    def _imports_of(self, file: str) -> frozenset[str]:
        if file not in self._imported:
            # The packages in which a file lies run before it, imported by name or not.
            names = {".".join(PurePosixPath(file).parent.parts), *_imported_names(self.parse(file).body, file)}
            files = {one for name in names for one in self._files_of(name)}
            self._imported[file] = frozenset(one for one in files if not self._is_ignored(one))
        return self._imported[file]

    def _files_of(self, name: str) -> Iterator[str]:
        """The files that an import of this name runs: each package on the way, and the module."""
        parts = name.split(".")
        if parts[0] not in PACKAGES:
            return
        for end in range(1, len(parts) + 1):
            place = "/".join(parts[:end])
            for file in (f"{place}/__init__.py", f"{place}.py"):
                if (self.project / file).is_file():
                    yield file

    def _is_ignored(self, file: str) -> bool:
        return any(PurePosixPath(file).is_relative_to(one) for one in self._ignored)


def _imported_names(nodes: Iterable[ast.AST], file: str) -> Iterator[str]:
    for node in nodes:
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=module, names=names, level=level):
                above = PurePosixPath(file).parent.parts
                around = list(above[: len(above) - level + 1]) if level else []
                origin = ".".join([*around, *([module] if module else [])])
                # Each name may be a module of the package, which only its files can tell.
                yield from (origin, *(f"{origin}.{alias.name}" for alias in names))
            case ast.If(test=ast.Name(id="TYPE_CHECKING"), orelse=orelse):
                # What only the type checker reads decides nothing.
                yield from _imported_names(orelse, file)
            case _:
                yield from _imported_names(ast.iter_child_nodes(node), file)
