"""Run the load once, as a process of its own, and read what it wrote."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from load.load_figures import Figure, Statistic
from load.load_plan import LoadPlan
from load.manifest import InterimLook, LoadEnd, LoadRun, NoUsableLoad, read_run
from spec.checking.outcomes import Blocked, HarnessFault, Undecided
from spec.target.adapters import AdapterError
from spec.target.windows import WindowUnusable
from spec.target.windows.cache_window import CacheCounts, CacheWindow

_PROJECT: Final = Path(__file__).parents[2]
_SECONDS_TO_END: Final = 30
"""Time for an interrupted load to write down what it has."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A complete load, and what the cache's server counted meanwhile, preparation included (None where it is shut)."""

    run: LoadRun
    counted: CacheCounts | None

    @property
    def look(self) -> InterimLook:
        """The look that decided, with its figures."""
        return self.run.manifest.looks[-1]

    @property
    def left_out(self) -> str:
        """A sentence about the parts of the load profile that the target does not offer; empty where it offers all."""
        left_out = self.run.manifest.left_out
        return f"The load went on without what the target does not offer: {', '.join(left_out)}." if left_out else ""

    def figures(self, statistic: Statistic) -> list[Figure]:
        """List the figures of one kind that decide."""
        return [figure for figure in self.look.figures if figure.statistic == statistic]


def measure(
    plan: LoadPlan, folder: Path, cache: CacheWindow | None, variables: Mapping[str, str] = MappingProxyType({})
) -> Measured:
    """Run the plan, with these variables in the environment of the load besides ours.

    Raises Blocked when the target could not be prepared, AdapterError when its adapter broke, Undecided when the
    generator was late, and HarnessFault when the load is worthless.
    """
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "plan.json"
    file.write_text(json.dumps(plan.as_json(), indent=1) + "\n")
    before = _counts(cache)
    _run([sys.executable, "-m", "load", "run", str(file), "--out", str(folder)], variables)
    after = _counts(cache)
    run = read_complete(folder, plan)
    if before is None or after is None:
        return Measured(run, None)
    return Measured(run, CacheCounts(*(late - early for early, late in zip(before, after, strict=True))))


def _run(command: list[str], variables: Mapping[str, str]) -> None:
    """Wait for the load. Its progress goes where ours goes; whatever ends us ends it first."""
    environment = {**os.environ, **variables}
    with subprocess.Popen(command, cwd=_PROJECT, env=environment, stdin=subprocess.DEVNULL) as process:
        try:
            process.wait()
        except BaseException:
            process.terminate()
            try:
                process.wait(_SECONDS_TO_END)
            except subprocess.TimeoutExpired:
                process.kill()
            raise


def read_complete(folder: Path, plan: LoadPlan) -> LoadRun:
    """Read the load in a folder. Raises as `measure` does, also when it is by another plan or says nothing."""
    try:
        run = read_run(folder)
    except NoUsableLoad as error:
        raise HarnessFault(str(error)) from error
    manifest = run.manifest
    if manifest.plan_sha256 != plan.digest:
        raise HarnessFault("The load that was recorded is not the one that was planned.")
    if manifest.ended is LoadEnd.UNPREPARED:
        raise Blocked(manifest.reason)
    if manifest.ended is LoadEnd.ADAPTER_BROKE:
        raise AdapterError(manifest.reason)
    if manifest.ended is LoadEnd.LATE:
        raise Undecided(manifest.reason)
    if manifest.ended is not LoadEnd.COMPLETE:
        raise HarnessFault(f"The load is {manifest.ended}: {manifest.reason}")
    if not manifest.looks:
        raise HarnessFault("The load ended without a look at its figures.")
    return run


def _counts(cache: CacheWindow | None) -> tuple[int, ...] | None:
    # The load is worth its latencies and errors, whether or not the cache can be looked into.
    try:
        return astuple(cache.counts()) if cache else None
    except WindowUnusable:
        return None
