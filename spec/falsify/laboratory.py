"""Carries out experiments: each against a target of its own, several side by side."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Collection, Generator, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from pathlib import Path

from spec.falsify.experiment_run import (
    ExperimentFailed,
    RunningRuns,
    Seen,
    fault_command,
    null_command,
    run_experiment,
    write_null_profile,
    write_profile,
)
from spec.falsify.experiments import Experiment
from spec.falsify.fault_settings import read_settings
from spec.falsify.finding import Finding
from spec.falsify.nulls.null_answers import NullKind
from spec.falsify.nulls.null_server import NullServer


class Laboratory:
    """Runs experiments in a folder of its own, which is removed at the end."""

    def __init__(self, *, seed: int, document: Mapping[str, object], loading: Collection[str]) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="shopspec-falsify-"))
        self._seed = seed
        self._document = document
        self._loading = loading
        self._running = RunningRuns()

    def run(self, experiments: Iterable[Experiment], jobs: int) -> Generator[Finding, None, None]:
        """Findings as they come. What measures under load runs last, and alone."""
        together, alone = divide(experiments, self._loading)
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
        part = "load" if experiment.requirements[0] in self._loading else "checks"
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
            command = fault_command(experiment.fault.module, read_settings(experiment.fault))
        else:
            command = null_command(str(experiment.null))
        profile = write_profile(runs / "target.toml", command)
        return run_experiment(
            profile, experiment.requirements, runs, seed=self._seed, mark=experiment.fault is None,
            running=self._running,
        )  # fmt: skip

    def _against_null(self, experiment: Experiment, kind: NullKind, runs: Path) -> Mapping[str, Seen]:
        server = NullServer(kind, self._document)
        server.start()
        try:
            profile = write_null_profile(runs / "target.toml", server.base_url)
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


def divide(experiments: Iterable[Experiment], loading: Collection[str]) -> tuple[list[Experiment], list[Experiment]]:
    """The experiments, or their parts, that can run side by side, and those that measure and have to run alone."""
    together, alone = [], []
    for experiment in experiments:
        # A whole null answers at once and is never measured to the end: nothing of it has to be alone.
        heavy = [one for one in experiment.requirements if one in loading and not experiment.whole]
        others = [one for one in experiment.requirements if one not in heavy]
        if others:
            together.append(replace(experiment, requirements=tuple(others)))
        if heavy:
            alone.append(replace(experiment, requirements=tuple(heavy)))
    return together, alone
