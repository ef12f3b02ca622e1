"""Carry out experiments: each against a target of its own, several side by side."""

from __future__ import annotations

import math
import shutil
import tempfile
import time
from collections.abc import Collection, Generator, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import assert_never

from spec.falsify.experiment_choice import part_by_load
from spec.falsify.experiment_run import (
    BreakableShop,
    ExperimentFailed,
    RunningRuns,
    null_command,
    run_experiment,
)
from spec.falsify.experiments import ExchangeNull, Experiment, ExperimentVerdict, Finding, ObservationNull, WholeNull
from spec.falsify.fault_modules import FaultModule
from spec.falsify.nulls.null_answers import HttpNull
from spec.falsify.nulls.null_server import NullServer
from spec.falsify.nulls.null_target import write_null_profile
from spec.falsify.shop_pool import ShopPool
from spec.target.exchange import MARK_VARIABLE
from spec.target.recording import NULL_VARIABLE


class Laboratory:
    """Run experiments in a folder of its own, which is removed at the end."""

    def __init__(
        self,
        *,
        seed: int,
        document: Mapping[str, object],
        loading: Collection[str],
        shop: BreakableShop | None = None,
    ) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="shopspec-falsify-"))
        self._seed = seed
        self._shop = shop or BreakableShop()
        self._pool = ShopPool(self.folder, self._shop.command, [{}, self._shop.roomy], self._shop.sinks)
        self._document = document
        self._loading = loading
        self._running = RunningRuns()

    def run(
        self, experiments: Iterable[Experiment], jobs: int, seconds: float = math.inf
    ) -> Generator[Finding, None, None]:
        """Yield findings as they come. Checks that measure under load run last, and alone.

        After so many seconds no experiment begins any more; what has not begun has no finding.
        """
        together, alone = divide(experiments, self._loading)
        end = time.monotonic() + seconds

        def within_time(one: Experiment) -> Finding | None:
            return self.carry_out(one) if time.monotonic() < end else None

        with ThreadPoolExecutor(max_workers=jobs) as pool:
            try:
                for done in as_completed([pool.submit(within_time, one) for one in together]):
                    if finding := done.result():
                        yield finding
            except BaseException:
                # Interrupted: what has not begun does not begin, what runs is told to end.
                pool.shutdown(wait=False, cancel_futures=True)
                self._running.end()
                raise
        if alone:
            # Shops that idle would be measured with the one under load.
            self._pool.close()
        for one in alone:
            if finding := within_time(one):
                yield finding

    def carry_out(self, experiment: Experiment) -> Finding:
        """Carry out one experiment, or a part of one."""
        part = "load" if self._loads(experiment) else "checks"
        runs = self.folder / f"{experiment.id.replace(':', '-')}-{part}"
        try:
            verdicts = self._verdicts(experiment, runs)
        except ExperimentFailed as error:
            return Finding(experiment, {}, str(error))
        return Finding(experiment, verdicts)

    def baseline(self, requirements: Iterable[str]) -> Mapping[str, ExperimentVerdict]:
        """Examine the untouched shop: every requirement has to be met, or a red one would prove nothing."""
        chosen = list(requirements)
        measures = self._loading and set(chosen) <= set(self._loading)
        if measures:
            # Shops that idle would be measured with the one under load.
            self._pool.close()
        name = "untouched-load" if measures else "untouched"
        command = self._shop.command if measures else self._pool.start_command()
        profile = self._shop.write_profile(self.folder / f"{name}.toml", command)
        return run_experiment(profile, chosen, self.folder / name, seed=self._seed, running=self._running)

    def _verdicts(self, experiment: Experiment, runs: Path) -> Mapping[str, ExperimentVerdict]:
        match experiment.wrong:
            case FaultModule() as fault:
                return self._run(experiment, runs, self._faulty(experiment, fault))
            case WholeNull(answers):
                return self._against_null(experiment, answers, runs)
            case ExchangeNull(answers):
                # The run marks what it examines, so that the proxy can tell it from preparations.
                return self._run(experiment, runs, null_command(answers, self._right(experiment)), {MARK_VARIABLE: "1"})
            case ObservationNull(kind):
                return self._run(experiment, runs, self._right(experiment), {NULL_VARIABLE: kind})
            case unknown:
                assert_never(unknown)

    def _faulty(self, experiment: Experiment, fault: FaultModule) -> Sequence[str]:
        """Return the start command of a shop with a fault; one whose settings differ has a start of its own."""
        if fault.settings or self._loads(experiment):
            return self._shop.fault_command(fault.module, fault.settings)
        return self._pool.start_command(fault.module)

    def _right(self, experiment: Experiment) -> Sequence[str]:
        """Return the start command of the untouched shop."""
        return self._shop.command if self._loads(experiment) else self._pool.start_command()

    def _loads(self, experiment: Experiment) -> bool:
        return experiment.requirements[0] in self._loading

    def _run(
        self,
        experiment: Experiment,
        runs: Path,
        command: Sequence[str],
        environment: Mapping[str, str] | None = None,
    ) -> Mapping[str, ExperimentVerdict]:
        profile = self._shop.write_profile(runs / "target.toml", command)
        return run_experiment(
            profile, experiment.requirements, runs, seed=self._seed, environment=environment, running=self._running
        )

    def _against_null(self, experiment: Experiment, answers: HttpNull, runs: Path) -> Mapping[str, ExperimentVerdict]:
        server = NullServer(answers, self._document)
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
        self._pool.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def divide(experiments: Iterable[Experiment], loading: Collection[str]) -> tuple[list[Experiment], list[Experiment]]:
    """Part the experiments into what can run side by side, and what measures and has to run alone."""
    light, heavy = part_by_load(experiments, loading)
    # A whole null answers at once and is never measured to the end: nothing of it has to be alone.
    whole = [one for one in heavy if isinstance(one.wrong, WholeNull)]
    return [*light, *whole], [one for one in heavy if one not in whole]
