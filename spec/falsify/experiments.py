"""What falsify has to do: every experiment whose last outcome no longer speaks of today's files, or all of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from spec.catalogue import Catalogue
from spec.falsify.digests import Digests
from spec.falsify.fault_files import FaultFile, FaultFileError, find_faults
from spec.falsify.kills import Kill, Kills
from spec.falsify.nulls.null_answers import NullKind

WHOLE: Final = "whole"
PROXIED: Final = "proxied"


@dataclass(frozen=True, slots=True)
class Experiment:
    """A wrong shop, or a null, and the requirements that have to notice. `id` names it in kills.json."""

    id: str
    requirements: tuple[str, ...]
    fault: FaultFile | None = None
    null: NullKind | None = None
    whole: bool = False

    @property
    def title(self) -> str:
        """One line for a reader."""
        if self.fault is not None:
            return self.fault.description
        kind = f"{self.null} answers"
        return f"a whole server that {kind}" if self.whole else f"the examined exchange gets {kind}"


class Stamp(NamedTuple):
    """The digests of a requirement's check, of what is wrong, and of the shop ("" where it has no part in it)."""

    check: str
    fault: str
    shop: str


def all_experiments(catalogue: Catalogue, *, nulls: bool = True) -> list[Experiment]:
    """Each fault, then each kind of null, whole and proxied."""
    checked = tuple(requirement.id for requirement in catalogue.requirements if not requirement.unchecked)
    known = {requirement.id for requirement in catalogue.requirements}
    found = []
    for fault in find_faults():
        for requirement in fault.kills:
            if requirement not in known:
                raise FaultFileError(f"{fault.path.name}: KILLS names {requirement}, which is not in the catalogue")
        found.append(Experiment(fault.id, fault.kills, fault=fault))
    if nulls:
        found += [Experiment(f"null:{WHOLE}:{kind}", checked, null=kind, whole=True) for kind in NullKind]
        found += [Experiment(f"null:{PROXIED}:{kind}", checked, null=kind) for kind in NullKind]
    return found


def choose(
    experiments: Iterable[Experiment],
    kills: Kills,
    digests: Digests,
    *,
    everything: bool,
    wanted: Sequence[str] = (),
) -> list[Experiment]:
    """The experiments that are wanted (by fault or requirement) and stale, with the requirements left to show."""
    chosen = []
    for experiment in experiments:
        requirements = tuple(
            requirement
            for requirement in experiment.requirements
            if (not wanted or requirement in wanted or experiment.id in wanted)
            and (everything or wanted or not is_fresh(experiment, requirement, kills, digests))
        )
        if requirements:
            chosen.append(Experiment(experiment.id, requirements, experiment.fault, experiment.null, experiment.whole))
    return chosen


def is_fresh(experiment: Experiment, requirement: str, kills: Kills, digests: Digests) -> bool:
    """Whether what was last seen still holds, and was a kill."""
    entry = kills.find(experiment.id, requirement)
    if entry is None or not entry.killed:
        return False
    return entry.rests_on(*stamp(experiment, requirement, digests))


def stamp(experiment: Experiment, requirement: str, digests: Digests) -> Stamp:
    """What an experiment of now rests on."""
    wrong = digests.nulls if experiment.fault is None else digests.fault(experiment.fault.path)
    # Of the whole nulls only the one that answers from the reference shop's own document depends on that shop.
    apart = experiment.whole and experiment.null is not NullKind.EXAMPLES
    return Stamp(digests.check(requirement), wrong, "" if apart else digests.shop)


def without_faults(catalogue: Catalogue, experiments: Iterable[Experiment]) -> list[str]:
    """Requirements that have a check and no fault that names them: checks that nobody has seen to fail."""
    named = {requirement for one in experiments if one.fault for requirement in one.requirements}
    return [one.id for one in catalogue.requirements if not one.unchecked and one.id not in named]


def forget_removed(kills: Kills, experiments: Iterable[Experiment]) -> Kills:
    """Entries of faults and requirements that are still there."""
    known = {(one.id, requirement) for one in experiments for requirement in one.requirements}
    entries: list[Kill] = [entry for entry in kills.entries if (entry.fault, entry.requirement) in known]
    return Kills(tuple(entries))
