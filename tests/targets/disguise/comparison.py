"""The verdicts that the disguise has to give: those of the shop itself, but for the rows that are listed beforehand."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from reports.strict_model import StrictModel, suggest, validate
from reports.verdicts import Verdict
from spec.catalogue import Catalogue
from spec.falsify import FalsifyError
from spec.falsify.experiments import Experiment, ExperimentVerdict, Finding
from spec.falsify.fault_modules import FaultModule

CHAPTERS: Final = ("FLOW", "ACC", "SHOP", "TOK", "CACHE", "HDR")
EXPECTED: Final = Path(__file__).with_name("expected.toml")
TRIES: Final = 3
"""So often a fault that is a race may be missed before it counts as missed."""


class OwnAnswerRow(StrictModel):
    """A verdict that differs because the proxy gives the answer itself, or has no place for the question."""

    requirement: str
    fault: str | None = None
    """The fault under which it differs; without one, the untouched shop."""
    verdict: Verdict
    """The verdict of the disguise."""
    reason: str
    """The answer that is the proxy's, or what it has no place for, in a sentence."""


class RaceFault(StrictModel):
    """A fault that shows only when two requests meet, and is therefore tried up to three times."""

    fault: str
    reason: str
    """The two that have to meet."""


class Expected(StrictModel):
    """Everything that is known before a comparison."""

    own_answers: tuple[OwnAnswerRow, ...] = ()
    races: tuple[RaceFault, ...] = ()

    def own_answer(self, fault: str | None, requirement: str) -> OwnAnswerRow | None:
        """Return the row of a fault, or of the untouched shop, and a requirement."""
        return next((row for row in self.own_answers if (row.fault, row.requirement) == (fault, requirement)), None)

    @property
    def race_faults(self) -> frozenset[str]:
        """The ids of the faults that are races."""
        return frozenset(race.fault for race in self.races)


def read_expected(experiments: Iterable[Experiment], path: Path = EXPECTED) -> Expected:
    """Read the file of what is known beforehand. Raises InvalidContent or FalsifyError with one sentence."""
    expected = validate(Expected, tomllib.loads(path.read_text(encoding="utf-8")), path.name)
    known = {one.id for one in experiments}
    for fault in [*(row.fault for row in expected.own_answers), *expected.race_faults]:
        if fault is not None and fault not in known:
            raise FalsifyError(f"{path.name}: {fault!r} is no fault that is compared; {suggest(fault, known)}")
    return expected


def compared_requirements(catalogue: Catalogue, loading: Collection[str]) -> tuple[str, ...]:
    """Return the requirements of the compared chapters that have a check; without those that judge a load."""
    return tuple(
        one.id
        for one in catalogue.requirements
        if one.id.partition("-")[0] in CHAPTERS and not one.unchecked and one.id not in loading
    )


def list_faults(faults: Iterable[FaultModule], requirements: Collection[str]) -> list[Experiment]:
    """List each fault that concerns one of the requirements, with those that it concerns."""
    experiments = [Experiment(fault, tuple(one for one in fault.kills if one in requirements)) for fault in faults]
    return [one for one in experiments if one.requirements]


def draw(experiments: Sequence[Experiment], count: int, seed: int) -> list[Experiment]:
    """Draw so many of the faults; the seed alone decides which."""
    drawn = random.Random(seed).sample(sorted(experiments, key=lambda one: one.id), min(count, len(experiments)))
    return sorted(drawn, key=lambda one: one.id)


def compare_verdicts(
    shop: Mapping[str, ExperimentVerdict],
    disguise: Mapping[str, ExperimentVerdict],
    expected: Expected,
    fault: str | None = None,
) -> Iterator[str]:
    """Yield a sentence for each requirement that the disguise gives another verdict than the shop itself."""
    place = fault or "untouched"
    for requirement in sorted(shop.keys() | disguise.keys()):
        here, there = disguise.get(requirement), shop.get(requirement)
        row = expected.own_answer(fault, requirement)
        if row is None and _name(here) != _name(there):
            yield f"{place}: {requirement} is {_tell(here)} in disguise, and {_tell(there)} without it"
        elif row is not None and (here is None or here.verdict is not row.verdict):
            yield f"{place}: {requirement} is listed as {row.verdict} in disguise, and is {_tell(here)}"


def compare_fault(finding: Finding, expected: Expected) -> Iterator[str]:
    """Yield a sentence for each requirement that a fault does not turn red in the disguise as it does in the shop."""
    fault = finding.experiment.id
    if finding.failure:
        yield f"{fault}: {finding.failure}"
        return
    for requirement in finding.experiment.requirements:
        seen, row = finding.verdicts.get(requirement), expected.own_answer(fault, requirement)
        if row is not None:
            if seen is None or seen.verdict is not row.verdict:
                yield f"{fault}: {requirement} is listed as {row.verdict} in disguise, and is {_tell(seen)}"
        elif not finding.killed(requirement):
            wrong = finding.experiment.wrong
            codes = sorted(wrong.outcomes[requirement]) if isinstance(wrong, FaultModule) else []
            yield f"{fault}: {requirement} has to fail with {' or '.join(codes)}, and is {_tell(seen)} in disguise"


def _tell(seen: ExperimentVerdict | None) -> str:
    if seen is None:
        return "without a verdict"
    return f"{seen.verdict} ({', '.join(seen.outcomes) or seen.reason})" if seen.verdict is not Verdict.PASS else "pass"


def _name(seen: ExperimentVerdict | None) -> str:
    """Name a verdict and its codes, without what a reason quotes of one run."""
    return "without a verdict" if seen is None else ", ".join([seen.verdict, *sorted(seen.outcomes)])


def missed_races(findings: Iterable[Finding], expected: Expected) -> list[Experiment]:
    """Return the races that were missed, each with the requirements that are to be tried once more."""
    missed = []
    for finding in findings:
        if finding.experiment.id in expected.race_faults and any(compare_fault(finding, expected)):
            left = tuple(one for one in finding.experiment.requirements if not finding.killed(one))
            missed.append(replace(finding.experiment, requirements=left or finding.experiment.requirements))
    return missed
