"""Run the command line of falsify with a laboratory that only says what it would have seen."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import pytest

from reports.verdicts import Verdict
from spec.catalogue import Catalogue, load_catalogue
from spec.checking.outcomes import Outcome
from spec.falsify import falsify_command
from spec.falsify.digests import Digests
from spec.falsify.experiment_run import ExperimentFailed
from spec.falsify.experiments import Experiment, ExperimentVerdict, Finding, Wrong
from spec.falsify.fault_modules import FaultModule
from spec.falsify.kill_files import KillEntry, read_kills
from spec.falsify.nulls.null_answers import HttpNull
from spec.target.observations import ObservationKind
from tests.support.small_run import write_specification

IDS = ("RATE-001", "RATE-002")
EXCHANGE, QUERY = ObservationKind.EXCHANGE, ObservationKind.QUERY
PASS = ExperimentVerdict(Verdict.PASS, kinds=frozenset({EXCHANGE}))
OVERSOLD = ExperimentVerdict(Verdict.FAIL, ("OVERSOLD",))
RACE = FaultModule(
    "race",
    "shops.race",
    "Stock is read, then written.",
    {"RATE-001": frozenset({Outcome.OVERSOLD}), "RATE-002": frozenset({Outcome.OVERSOLD, Outcome.UNDERSOLD})},
)
TOTAL = 1 + 2 * len(HttpNull)
"""Experiments on all that is wrong: the fault, and each answer of a null, as a whole server and for exchanges only."""


@dataclass
class Bench:
    """Findings of a test's laboratory, by experiment and requirement; everything else turns red as it has to."""

    kills: Path
    faults: list[FaultModule] = field(default_factory=lambda: [RACE])
    seen: dict[tuple[str, str], ExperimentVerdict] = field(default_factory=dict)
    untouched: dict[str, ExperimentVerdict] = field(default_factory=dict)
    broken: dict[str, str] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)
    """Requirements whose checks are other ones than before."""
    loading: frozenset[str] = frozenset()
    interrupted_after: int | None = None
    time_is_up_after: int | None = None
    seconds: float = 0
    """The time that the laboratory was given."""
    clock: float = 0
    takes: float = 0
    """The seconds that each experiment takes by the clock that the command line reads."""
    baselines: list[tuple[str, ...]] = field(default_factory=list)
    tried: list[Experiment] = field(default_factory=list)
    closed: int = 0

    def falsify(self, *arguments: str) -> int:
        """Run the command line; `tried` then holds the experiments that it ran."""
        self.tried.clear()
        self.baselines.clear()
        return falsify_command.main([*arguments, "--kills", str(self.kills)])

    def check(self, requirement: str) -> str:
        """Make the digest of a requirement's check."""
        return f"{requirement} changed" if requirement in self.changed else requirement

    def rests_on(self, wrong: Wrong, requirement: str) -> str:
        """Make the digest of a kill."""
        return f"{self.check(requirement)} {wrong.id}"


class Laboratory:
    """Stands in for the real laboratory, which takes a shop and half a minute for each experiment."""

    bench: Bench

    def __init__(self, *, seed: int, document: Mapping[str, object], loading: Collection[str]) -> None:
        assert (seed, document, loading) == (1, {}, self.bench.loading)

    def baseline(self, requirements: Iterable[str]) -> Mapping[str, ExperimentVerdict]:
        """Return the verdicts on the untouched shop."""
        if "untouched" in self.bench.broken:
            raise ExperimentFailed(self.bench.broken["untouched"])
        self.bench.baselines.append(tuple(requirements))
        return {one: self.bench.untouched.get(one, PASS) for one in requirements}

    def run(self, experiments: Iterable[Experiment], jobs: int, seconds: float) -> Iterator[Finding]:
        """Yield a finding for each experiment until the time is up, or be interrupted on the way."""
        assert jobs > 0
        self.bench.seconds = seconds
        for count, one in enumerate(experiments):
            if count == self.bench.time_is_up_after:
                return
            if count == self.bench.interrupted_after:
                raise KeyboardInterrupt
            self.bench.tried.append(one)
            self.bench.clock += self.bench.takes
            if one.id in self.bench.broken:
                yield Finding(one, {}, self.bench.broken[one.id])
            else:
                yield Finding(one, {name: self.bench.seen.get((one.id, name), OVERSOLD) for name in one.requirements})

    def close(self) -> None:
        """Count that it was told to end."""
        self.bench.closed += 1


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    """Write and load a catalogue of two requirements with checks."""
    write_specification(tmp_path / "small", "", IDS)
    return load_catalogue(tmp_path / "small" / "catalogue")


@pytest.fixture
def bench(tmp_path: Path, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Put the command line over a small catalogue, one fault, and digests of the test's own."""
    bench = Bench(tmp_path / "kills")
    monkeypatch.setattr(Laboratory, "bench", bench, raising=False)
    for name, value in {
        "Laboratory": Laboratory,
        "load_catalogue": lambda: catalogue,
        "find_faults": lambda: tuple(bench.faults),
        "make_shop_document": dict,
        "time": SimpleNamespace(monotonic=lambda: bench.clock),
        # The signals of the test run are not falsify's.
        "interrupt_on_signals": lambda: None,
        "interrupt_when_orphaned": lambda: None,
    }.items():
        monkeypatch.setattr(falsify_command, name, value)
    monkeypatch.setattr(Digests, "check", lambda _, requirement: bench.check(requirement))
    monkeypatch.setattr(Digests, "rests_on", lambda _, wrong, requirement: bench.rests_on(wrong, requirement))
    monkeypatch.setattr(Digests, "loading", property(lambda _: bench.loading))
    return bench


def entries(bench: Bench) -> dict[tuple[str, str], KillEntry]:
    """Read all kills that are kept, by fault or null and requirement."""
    files = read_kills(bench.kills).files
    return {(wrong, requirement): entry for requirement, file in files.items() for wrong, entry in file.seen.items()}
