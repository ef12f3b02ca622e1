"""The experiments that are owed, those whose outcome no longer holds, their order, and the share of one machine."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from spec.catalogue import Catalogue
from spec.falsify import FalsifyError
from spec.falsify.digests import Digests
from spec.falsify.experiments import ExchangeNull, Experiment, ObservationNull, WholeNull
from spec.falsify.fault_modules import FaultModule
from spec.falsify.kill_files import Kills
from spec.falsify.nulls.null_answers import HttpNull
from spec.target.observations import ObservationKind

START_WEIGHT: Final = 3
"""The cost of starting a shop, in requirements examined: an experiment on one is not a tenth of one on ten."""

KindsOf = Callable[[str], frozenset[ObservationKind] | None]
"""Tells the kinds of observation that a requirement examines; None where that is not known before a run."""


def list_experiments(
    catalogue: Catalogue, faults: Iterable[FaultModule], kinds_of: KindsOf, *, nulls: bool = True
) -> list[Experiment]:
    """List every fault, then every null, each with the requirements that have to notice it.

    No server that is none may meet any requirement. Nulled exchanges and other observations are for those that examine
    them; a requirement of which that is not known owes them all until a run has told.
    """
    known = {requirement.id for requirement in catalogue.requirements}
    found = []
    for fault in faults:
        for requirement in fault.kills:
            if requirement not in known:
                raise FalsifyError(f"{fault.id}.py: KILLS names {requirement}, which is not in the catalogue")
        found.append(Experiment(fault, fault.kills))
    if nulls:
        checked = [requirement.id for requirement in catalogue.requirements if not requirement.unchecked]
        examining = {kind: tuple(one for one in checked if kind in _owed(kinds_of(one))) for kind in ObservationKind}
        found += [Experiment(WholeNull(answers), tuple(checked)) for answers in HttpNull]
        exchanges = examining.pop(ObservationKind.EXCHANGE)
        found += [Experiment(ExchangeNull(answers), exchanges) for answers in HttpNull]
        found += [Experiment(ObservationNull(kind), requirements) for kind, requirements in examining.items()]
    return [one for one in found if one.requirements]


def _owed(kinds: frozenset[ObservationKind] | None) -> frozenset[ObservationKind]:
    return frozenset(ObservationKind) if kinds is None else kinds


def choose_experiments(
    experiments: Iterable[Experiment], kills: Kills, digests: Digests, *, everything: bool, wanted: Sequence[str] = ()
) -> list[Experiment]:
    """Choose what is wanted, by fault, null or requirement, and stale, with the requirements that are left to show."""
    chosen = []
    for experiment in experiments:
        requirements = tuple(
            requirement
            for requirement in experiment.requirements
            if (not wanted or requirement in wanted or experiment.id in wanted)
            and (everything or wanted or not is_fresh(experiment, requirement, kills, digests))
        )
        if requirements:
            chosen.append(replace(experiment, requirements=requirements))
    return chosen


def is_fresh(experiment: Experiment, requirement: str, kills: Kills, digests: Digests) -> bool:
    """Return whether what was last seen still holds, and was a kill."""
    entry = kills.find(experiment.id, requirement)
    return entry is not None and entry.killed and entry.rests_on == digests.rests_on(experiment.wrong, requirement)


def narrow(experiments: Iterable[Experiment], owed: Iterable[Experiment], green: Collection[str]) -> list[Experiment]:
    """Keep of the experiments what is owed, and of their requirements those that are green without anything wrong."""
    pairs = {(one.id, requirement) for one in owed for requirement in one.requirements if requirement in green}
    kept = [
        replace(one, requirements=tuple(name for name in one.requirements if (one.id, name) in pairs))
        for one in experiments
    ]
    return [one for one in kept if one.requirements]


def part_by_load(
    experiments: Iterable[Experiment], loading: Collection[str]
) -> tuple[list[Experiment], list[Experiment]]:
    """Part experiments into those on requirements that no load measures, and those on the others."""
    parts: tuple[list[Experiment], list[Experiment]] = ([], [])
    for experiment in experiments:
        for part, measured in zip(parts, (False, True), strict=True):
            concerned = tuple(one for one in experiment.requirements if (one in loading) is measured)
            if concerned:
                part.append(replace(experiment, requirements=concerned))
    return parts


def share(experiments: Sequence[Experiment], shard: int, shards: int) -> list[Experiment]:
    """Return one machine's part of the experiments, all parts of about equal work, decided by the books alone."""
    loads = [0] * shards
    mine = set()
    for experiment in sorted(experiments, key=lambda one: (-len(one.requirements), one.id)):
        lightest = loads.index(min(loads))
        loads[lightest] += START_WEIGHT + len(experiment.requirements)
        if lightest == shard - 1:
            mine.add(experiment.id)
    return [one for one in experiments if one.id in mine]


def stalest_first(experiments: Iterable[Experiment], kills: Kills) -> list[Experiment]:
    """Order experiments by when they were last seen, what was never tried first; the oldest entry of each counts."""

    def last_seen(experiment: Experiment) -> date:
        entries = [kills.find(experiment.id, requirement) for requirement in experiment.requirements]
        return min(entry.last_seen if entry else date.min for entry in entries)

    return sorted(experiments, key=last_seen)


def without_faults(catalogue: Catalogue, faults: Iterable[FaultModule]) -> list[str]:
    """List the requirements that have a check and no fault that names them: checks that were never seen to fail."""
    named = {requirement for fault in faults for requirement in fault.kills}
    return [one.id for one in catalogue.requirements if not one.unchecked and one.id not in named]
