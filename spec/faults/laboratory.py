"""Carries out experiments: each against a target of its own, several side by side."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Generator, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from reports.verdicts import Verdict
from spec.faults.experiment import (
    ExperimentFailed,
    RunningRuns,
    Seen,
    fault_command,
    null_command,
    run_experiment,
    write_profile,
)
from spec.faults.nulls.answers import NullKind
from spec.faults.nulls.serving import NullServer
from spec.faults.plan import Experiment
from spec.faults.settings import read_settings

LOADING: Final = frozenset({"PERF", "CACHE-010"})

WHOLE_PROFILE: Final = """schema_version = 1
name = "Null server"
timeout_seconds = 5
[address]
base_url = "{base_url}"
[claims]
chapters = ["all"]
capabilities = ["admin", "https"]
[effects]
allowed = ["reads", "writes", "signs in", "loads", "breaks"]
[windows]
staff_email = "staff@shop.example"
staff_password_variable = "NULL_STAFF_PASSWORD"
[policies]
rate_window = "sliding"
rate_tolerance = 0
refresh_grace = 10
price_change = "current"
unknown_fields = "refused"
"""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one experiment showed: verdicts by requirement, or why it showed nothing."""

    experiment: Experiment
    verdicts: Mapping[str, Seen]
    failure: str = ""

    def killed(self, requirement: str) -> bool:
        """Whether the requirement noticed.

        A fault has to turn it red in the way that its file names: a shop that is broken otherwise shows nothing about
        the check. A null must never leave it met: under a whole null much is blocked by what does not work at all,
        which is not green either; where only the examined exchange is nulled, the target has to be seen to fail.
        """
        seen = self.verdicts.get(requirement)
        if seen is None:
            return False
        if self.experiment.fault is not None:
            expected = self.experiment.fault.outcomes[requirement]
            return seen.verdict is Verdict.FAIL and not expected.isdisjoint(seen.outcomes)
        if self.experiment.whole:
            return seen.verdict not in {Verdict.PASS, Verdict.NOT_APPLICABLE, Verdict.ERROR}
        return seen.verdict is Verdict.FAIL

    def outcome(self, requirement: str) -> str | None:
        """The code with which it turned red: the one that the fault names, where it was seen."""
        seen, fault = self.verdicts.get(requirement), self.experiment.fault
        if seen is None:
            return None
        expected = fault.outcomes[requirement] if fault is not None else frozenset()
        return next((one for one in seen.outcomes if one in expected), next(iter(seen.outcomes), None))


class Laboratory:
    """Runs experiments in a folder of its own, which is removed at the end."""

    def __init__(self, *, seed: int, document: Mapping[str, object]) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="shopspec-falsify-"))
        self._seed = seed
        self._document = document
        self._running = RunningRuns()

    def run(self, experiments: Iterable[Experiment], jobs: int) -> Generator[Finding, None, None]:
        """Findings as they come. What measures under load runs last, and alone."""
        together, alone = divide(experiments)
        with ThreadPoolExecutor(max_workers=jobs) as pool:
            try:
                for done in as_completed([pool.submit(self.carry_out, one) for one in together]):
                    yield done.result()
            except BaseException:
                # Interrupted: what has not begun does not begin, what runs is told to end.
                pool.shutdown(wait=False, cancel_futures=True)
                self._running.end()
                raise
        for one in alone:
            yield self.carry_out(one)

    def carry_out(self, experiment: Experiment) -> Finding:
        """One experiment."""
        part = "load" if _loads(experiment.requirements[0]) else "checks"
        runs = self._folder / f"{experiment.id.replace(':', '-')}-{part}"
        try:
            if experiment.whole and experiment.null is not None:
                verdicts = self._against_null(experiment, experiment.null, runs)
            else:
                verdicts = self._against_wrong_shop(experiment, runs)
        except ExperimentFailed as error:
            return Finding(experiment, {}, str(error))
        return Finding(experiment, verdicts)

    def baseline(self, requirements: Iterable[str]) -> Mapping[str, Seen]:
        """The untouched shop: every requirement has to be met, or a red one would prove nothing."""
        profile = write_profile(self._folder / "untouched.toml", ["{python}", "-m", "reference_app.supervisor"])
        return run_experiment(
            profile, list(requirements), self._folder / "untouched", seed=self._seed, running=self._running
        )

    def _against_wrong_shop(self, experiment: Experiment, runs: Path) -> Mapping[str, Seen]:
        if experiment.fault is not None:
            command = fault_command(experiment.fault.id, read_settings(experiment.fault))
            options: list[str] = []
        else:
            command = null_command(str(experiment.null))
            options = []
        profile = write_profile(runs / "target.toml", command)
        return run_experiment(
            profile, experiment.requirements, runs, seed=self._seed, options=options, running=self._running
        )

    def _against_null(self, experiment: Experiment, kind: NullKind, runs: Path) -> Mapping[str, Seen]:
        server = NullServer(kind, self._document)
        server.start()
        try:
            runs.mkdir(parents=True, exist_ok=True)
            profile = runs / "target.toml"
            profile.write_text(WHOLE_PROFILE.format(base_url=server.base_url), encoding="utf-8")
            # Without the proof of shop, which would stop everything: each check has to see through the null by itself.
            return run_experiment(
                profile, experiment.requirements, runs, seed=self._seed, options=["--no-proof"], running=self._running
            )
        finally:
            server.close()

    def close(self) -> None:
        """End what still runs, and remove the folder."""
        self._running.end()
        shutil.rmtree(self._folder, ignore_errors=True)


def divide(experiments: Iterable[Experiment]) -> tuple[list[Experiment], list[Experiment]]:
    """The experiments, or their parts, that can run side by side, and those that measure and have to run alone."""
    together, alone = [], []
    for experiment in experiments:
        # A whole null answers at once and is never measured to the end: nothing of it has to be alone.
        loading = [one for one in experiment.requirements if _loads(one) and not experiment.whole]
        others = [one for one in experiment.requirements if one not in loading]
        if others:
            together.append(replace(experiment, requirements=tuple(others)))
        if loading:
            alone.append(replace(experiment, requirements=tuple(loading)))
    return together, alone


def _loads(requirement: str) -> bool:
    return requirement in LOADING or requirement.split("-", maxsplit=1)[0] in LOADING


def read_document(path: Path) -> Mapping[str, object]:
    """An OpenAPI document from a file."""
    return dict(json.loads(path.read_text(encoding="utf-8")))
