"""Reading the files of wrong shops without running them: what each does, what must turn red, and with which code."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from spec.checking.outcomes import Outcome
from spec.run.run_folder import PROJECT

FAULTS: Final = PROJECT / "spec" / "falsify" / "shops"


@dataclass(frozen=True, slots=True)
class FaultFile:
    """A shop that is wrong in one way, as its file says: what it does (docstring) and what must turn red (`KILLS`).

    `outcomes` holds, for each requirement, the codes with which its check has to turn red: with any other, the shop
    was broken in another way than the file says.
    """

    id: str
    path: Path
    description: str
    outcomes: Mapping[str, frozenset[Outcome]]

    @property
    def module(self) -> str:
        """The module's dotted name, which the faulty application imports."""
        return ".".join(self.path.relative_to(PROJECT).with_suffix("").parts)

    @property
    def kills(self) -> tuple[str, ...]:
        """The requirements that have to turn red, in the order of the file."""
        return tuple(self.outcomes)


class FaultFileError(Exception):
    """A fault's file does not say what it has to; the message names file and line of thought."""


def find_faults(folder: Path = FAULTS) -> tuple[FaultFile, ...]:
    """Every fault, read from its file without running it."""
    return tuple(
        _read_fault(path)
        for path in sorted(folder.rglob("*.py"), key=lambda path: path.name)
        if path.name != "__init__.py"
    )


def _read_fault(path: Path) -> FaultFile:
    try:
        module = ast.parse(path.read_text(encoding="utf-8"))
    except (SyntaxError, ValueError) as error:
        raise FaultFileError(f"{path.name}: this is no Python ({error})") from error
    description = ast.get_docstring(module)
    if not description:
        raise FaultFileError(f"{path.name}: a fault needs a docstring that says what is wrong with its shop")
    for node in module.body:
        if isinstance(node, ast.AnnAssign | ast.Assign) and node.value is not None:
            targets = [node.target] if isinstance(node, ast.AnnAssign) else node.targets
            if any(isinstance(target, ast.Name) and target.id == "KILLS" for target in targets):
                return FaultFile(path.stem, path, description.splitlines()[0], _read_outcomes(path, node.value))
    raise FaultFileError(f"{path.name}: a fault needs a literal KILLS: the requirements that it breaks, and how")


def _read_outcomes(path: Path, value: ast.expr) -> Mapping[str, frozenset[Outcome]]:
    try:
        said = ast.literal_eval(value)
    except ValueError:
        said = None
    if not isinstance(said, dict) or not said or not all(isinstance(one, str) for one in said):
        raise FaultFileError(
            f'{path.name}: KILLS has to be a literal like {{"RATE-001": "ADMITTED_BEYOND_BUDGET"}}: each requirement'
            " with the outcome code by which its check has to turn red, or a tuple of codes"
        )
    return {requirement: _read_codes(path, requirement, codes) for requirement, codes in said.items()}


def _read_codes(path: Path, requirement: str, said: object) -> frozenset[Outcome]:
    codes = (said,) if isinstance(said, str) else said
    if not isinstance(codes, tuple) or not codes or not all(isinstance(one, str) for one in codes):
        raise FaultFileError(f"{path.name}: KILLS has to name an outcome code for {requirement}, or a tuple of codes")
    for code in codes:
        if code not in Outcome.__members__:
            close = difflib.get_close_matches(code, Outcome.__members__)
            hint = f"; did you mean {' or '.join(close)}?" if close else "; spec/checking/outcomes.py lists them"
            raise FaultFileError(f"{path.name}: {code!r} for {requirement} is no outcome code{hint}")
    return frozenset(map(Outcome, codes))
