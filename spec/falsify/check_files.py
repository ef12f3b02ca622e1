"""Which file holds the checks of a requirement and what they do to a target, read without running anything."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from spec.falsify.sources import Sources

FOLDERS: Final = ("spec/checks", "load/objectives")
READS: Final = "reads"


@dataclass(frozen=True, slots=True)
class CheckFiles:
    """Where a requirement's checks are, as paths from the project's root, and what they do, all taken together."""

    files: frozenset[str] = frozenset()
    effects: frozenset[str] = frozenset()


def find_check_files(sources: Sources) -> Mapping[str, CheckFiles]:
    """For each requirement that a check verifies: its files and effects, as `@verifies` says them.

    Whether the marks are right is for the collection of a run to say; here one that names no literal is passed over.
    """
    found: dict[str, CheckFiles] = {}
    for folder in FOLDERS:
        for file in sources.find(folder, "test_*.py"):
            for requirement, effects in _read_marks(sources.parse(file)):
                known = found.get(requirement, CheckFiles())
                found[requirement] = CheckFiles(known.files | {file}, known.effects | effects)
    return found


def _read_marks(module: ast.Module) -> Iterator[tuple[str, frozenset[str]]]:
    for function in ast.walk(module):
        if isinstance(function, ast.FunctionDef):
            for decorator in function.decorator_list:
                match decorator:
                    case ast.Call(func=ast.Name(id="verifies"), args=[ast.Constant(value=str(requirement))]):
                        yield requirement, _read_effects(decorator)


def _read_effects(mark: ast.Call) -> frozenset[str]:
    stated = next((one.value for one in mark.keywords if one.arg == "effects"), None)
    if stated is None:
        return frozenset({READS})
    constants = (node.value for node in ast.walk(stated) if isinstance(node, ast.Constant))
    return frozenset(one for one in constants if isinstance(one, str))
