"""What falsify last saw: which wrong shop turned which requirement red, and whether that still holds today.

`spec/faults/kills.json` is committed. An entry holds digests of the check, the fault and the shop (`spec.digests`);
when one of them has changed since, the entry is stale and every report shows it as such.
"""

from __future__ import annotations

import ast
import difflib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from reports.results import FaultSeen, write_atomically
from spec.catalogue import Catalogue
from spec.digests import PROJECT, Digests
from spec.outcomes import Outcome

KILLS: Final = PROJECT / "spec" / "faults" / "kills.json"
FAULTS: Final = PROJECT / "spec" / "faults" / "shops"


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
    def kills(self) -> tuple[str, ...]:
        """The requirements that have to turn red, in the order of the file."""
        return tuple(self.outcomes)


@dataclass(frozen=True, slots=True)
class Kill:
    """One fault against one requirement, as it was last seen."""

    fault: str
    requirement: str
    killed: bool
    verdict: str
    outcome: str | None
    last_seen: str
    check_sha256: str
    fault_sha256: str
    shop_sha256: str

    def rests_on(self, check: str, fault: str, shop: str) -> bool:
        """Whether it was seen with these."""
        return (self.check_sha256, self.fault_sha256, self.shop_sha256) == (check, fault, shop)


@dataclass(frozen=True, slots=True)
class Kills:
    """Everything that falsify has seen."""

    entries: tuple[Kill, ...] = ()

    def find(self, fault: str, requirement: str) -> Kill | None:
        """The entry of one fault against one requirement."""
        for entry in self.entries:
            if (entry.fault, entry.requirement) == (fault, requirement):
                return entry
        return None

    def with_entry(self, new: Kill) -> Kills:
        """The same with this entry in the place of an older one."""
        kept = [one for one in self.entries if (one.fault, one.requirement) != (new.fault, new.requirement)]
        return Kills(tuple(sorted([*kept, new], key=lambda one: (one.requirement, one.fault))))

    def faults_by_requirement(self, catalogue: Catalogue) -> dict[str, list[FaultSeen]]:
        """For each requirement of the catalogue its faults, tried or not, fresh or stale."""
        digests = Digests(catalogue)
        known = {requirement.id for requirement in catalogue.requirements}
        found: dict[str, list[FaultSeen]] = {}
        for fault in find_faults():
            digest = digests.fault(fault.path)
            for requirement in known.intersection(fault.kills):
                entry = self.find(fault.id, requirement)
                fresh = entry is not None and entry.rests_on(digests.check(requirement), digest, digests.shop)
                seen = FaultSeen(
                    id=fault.id,
                    description=fault.description,
                    killed=entry.killed if entry else None,
                    last_seen=entry.last_seen if entry else None,
                    stale=entry is not None and not fresh,
                )
                found.setdefault(requirement, []).append(seen)
        return found


class FaultFileError(Exception):
    """A fault's file does not say what it has to; the message names file and line of thought."""


def read_kills(path: Path = KILLS) -> Kills:
    """What falsify last wrote; nothing where it never ran."""
    if not path.is_file():
        return Kills()
    try:
        return Kills(tuple(Kill(**entry) for entry in json.loads(path.read_text(encoding="utf-8"))["kills"]))
    except (ValueError, KeyError, TypeError) as error:
        raise FaultFileError(f"{path.name}: this is not what falsify writes ({error}); restore or remove it") from error


def write_kills(kills: Kills, path: Path = KILLS) -> None:
    """Write what falsify saw, in one step."""
    content = {"schema_version": 1, "kills": [asdict(entry) for entry in kills.entries]}
    write_atomically(path, (json.dumps(content, indent=1) + "\n").encode())


def find_faults(folder: Path = FAULTS) -> tuple[FaultFile, ...]:
    """Every fault, read from its file without running it."""
    return tuple(_read_fault(path) for path in sorted(folder.glob("*.py")) if path.name != "__init__.py")


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
            hint = f"; did you mean {' or '.join(close)}?" if close else "; spec/outcomes.py lists them"
            raise FaultFileError(f"{path.name}: {code!r} for {requirement} is no outcome code{hint}")
    return frozenset(map(Outcome, codes))
