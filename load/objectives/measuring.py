"""Runs the load once, as a process of its own, and reads what it wrote."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from load.load_figures import Judgement
from load.load_plan import Plan
from load.manifest import Ended, LoadRun, NoRun, read_run
from spec.checking.outcomes import Blocked, HarnessFault
from spec.target.windows import WindowUnusable
from spec.target.windows.cache_window import CacheCounts, CacheWindow

_PROJECT: Final = Path(__file__).parents[2]
_SECONDS_TO_END: Final = 30
"""What an interrupted load may take to write down what it has."""


@dataclass(frozen=True, slots=True)
class LookUps:
    """What the cache's own server counted during a load, preparation included: keys that it found, and those not."""

    found: int
    missed: int


@dataclass(frozen=True, slots=True)
class Measured:
    """A complete load, and what the cache behind the target counted meanwhile (None where it cannot be looked into)."""

    run: LoadRun
    look_ups: LookUps | None

    @property
    def judgement(self) -> Judgement:
        """The figures of the look that decided."""
        return self.run.manifest.looks[-1].judgement


def measure(plan: Plan, folder: Path, cache: CacheWindow | None) -> Measured:
    """Run the plan. Raises Blocked when the target could not be prepared, HarnessFault when the load is worthless."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "plan.json"
    file.write_text(json.dumps(plan.as_json(), indent=1) + "\n")
    before = _counts(cache)
    _run([sys.executable, "-m", "load", "run", str(file), "--out", str(folder)])
    after = _counts(cache)
    run = read_complete(folder, plan)
    if before is None or after is None:
        return Measured(run, None)
    return Measured(run, LookUps(after.hits - before.hits, after.misses - before.misses))


def _run(command: list[str]) -> None:
    """Wait for the load. Its progress goes where ours goes; whatever ends us ends it first."""
    with subprocess.Popen(command, cwd=_PROJECT, stdin=subprocess.DEVNULL) as process:
        try:
            process.wait()
        except BaseException:
            process.terminate()
            try:
                process.wait(_SECONDS_TO_END)
            except subprocess.TimeoutExpired:
                process.kill()
            raise


def read_complete(folder: Path, plan: Plan) -> LoadRun:
    """The load in a folder, if it is by this plan and says something about the target. Raises as `measure` does."""
    try:
        run = read_run(folder)
    except NoRun as error:
        raise HarnessFault(str(error)) from error
    manifest = run.manifest
    if manifest.plan_sha256 != plan.digest:
        raise HarnessFault("The load that was recorded is not the one that was planned.")
    match manifest.ended:
        case Ended.UNPREPARED:
            raise Blocked(manifest.reason)
        case Ended.INVALID | Ended.INTERRUPTED:
            raise HarnessFault(f"The load is {manifest.ended}: {manifest.reason}")
        case Ended.COMPLETE if not manifest.looks:
            raise HarnessFault("The load ended without a look at its figures.")
    return run


def _counts(cache: CacheWindow | None) -> CacheCounts | None:
    # The load is worth its latencies and errors, whether or not the cache can be looked into.
    try:
        return cache.counts() if cache else None
    except WindowUnusable:
        return None
