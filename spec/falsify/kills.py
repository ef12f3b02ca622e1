"""What falsify last saw: which wrong shop turned which requirement red, and whether that still holds today.

`spec/falsify/kills.json` is committed. An entry holds digests of the check, the fault and the shop; when one of them
has changed since, the entry is stale and every report shows it as such.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from reports.results import FaultSeen, write_atomically
from spec.catalogue import Catalogue
from spec.falsify.digests import PROJECT, Digests
from spec.falsify.fault_files import FaultFileError, find_faults

KILLS: Final = PROJECT / "spec" / "falsify" / "kills.json"


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
