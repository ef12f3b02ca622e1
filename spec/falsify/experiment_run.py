"""Start runs against targets that are wrong, end them, and read the verdicts that came of them."""

from __future__ import annotations

import secrets
import subprocess
import threading
import tomllib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

import tomli_w

from reports.results import CheckResult, read_results
from reports.verdicts import Verdict
from spec.falsify.experiments import ExperimentVerdict
from spec.falsify.nulls.null_target import PASSWORD_VARIABLE
from spec.falsify.project_graph import PROJECT
from spec.falsify.warm_runs import WarmRun
from spec.run.run_folder import RESULTS
from spec.target.observations import ObservationKind
from spec.target.windows.registry import REGISTRY

REFERENCE: Final = PROJECT / "spec" / "target" / "reference.toml"
SHOP_COMMAND: Final = ("{python}", "-m", "reference_app.supervisor")
RUN_SECONDS: Final = 600
REQUIREMENT_SECONDS: Final = 30
"""The time after which a run counts as hanging: so much, and so much more for each requirement."""
NULL_END: Final = "--"
"""Ends the start command of the shop behind a nulling proxy; the run's own options follow it."""
END_SECONDS: Final = 60
"""The time that a run may take to stop what it started."""


@dataclass(frozen=True, slots=True)
class BreakableShop:
    """A shop that faults are put into: its profile, and the start command to which their options are added."""

    profile: Path = REFERENCE
    command: tuple[str, ...] = SHOP_COMMAND

    def fault_command(self, module: str, settings: Mapping[str, str]) -> list[str]:
        """Return the start command of the shop with the fault in `module`."""
        command = [*self.command, "--application", "spec.falsify.faulty_wsgi:application"]
        for name, value in {**settings, "SHOPSPEC_FAULT": module}.items():
            command += ["--set", f"{name}={value}"]
        return command

    @property
    def roomy(self) -> dict[str, str]:
        """The settings of its starts with limits out of the way."""
        return dict(self._start_table.get("roomy", {}))

    @property
    def sinks(self) -> list[str]:
        """The settings that hold an address at which a window of the run listens, such as its error tracker."""
        listening = {window.setting for window in REGISTRY}
        return [name for setting, name in self._start_table.get("settings", {}).items() if setting in listening]

    @property
    def _start_table(self) -> dict[str, dict[str, str]]:
        return dict(self._content["start"])

    @property
    def _content(self) -> dict[str, Any]:
        return tomllib.loads(self.profile.read_text(encoding="utf-8"))

    def write_profile(self, path: Path, command: Sequence[str], *, without: Collection[str] = ()) -> Path:
        """Write the profile of the shop with another start command, and without these capabilities.

        Files that it names stay where they are.
        """
        content = self._where_it_is(self._content)
        content["start"]["command"] = list(command)
        granted = content["claims"]["capabilities"]
        content["claims"]["capabilities"] = [one for one in granted if one not in without]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(tomli_w.dumps(content), encoding="utf-8")
        return path

    def _where_it_is(self, value: Any) -> Any:
        """Return a part of the profile, in which the names of files are those of files beside it."""
        if isinstance(value, dict):
            return {name: self._where_it_is(one) for name, one in value.items()}
        file = self.profile.parent / value if isinstance(value, str) and value else None
        return str(file) if file is not None and file.is_file() else value


class ExperimentFailed(Exception):
    """The run itself broke, so that nothing was learnt; the message holds its last words."""


class RunProcess(Protocol):
    """A process that can be waited for and ended, as a `Popen` can."""

    def wait(self, seconds: float | None = None, /) -> int:
        """Wait for its end and return its exit code. Raises TimeoutExpired."""

    def terminate(self) -> None:
        """Tell it to end."""

    def kill(self) -> None:
        """End it at once."""


class RunningRuns:
    """Hold the runs that go on at the moment, so that all of them end when falsify is interrupted. Thread-safe."""

    def __init__(self) -> None:
        self._processes: set[RunProcess] = set()
        self._ended = False
        self._lock = threading.Lock()

    def start(self, begin: Callable[[], RunProcess]) -> RunProcess:
        """Begin a run. Raises ExperimentFailed once all have been told to end."""
        with self._lock:
            if self._ended:
                raise ExperimentFailed("falsify was interrupted before it began")
            process = begin()
            self._processes.add(process)
            return process

    def finish(self, process: RunProcess, seconds: float) -> int:
        """Wait so long for a run to end and return its exit code. Raises ExperimentFailed when it goes on."""
        try:
            return process.wait(seconds)
        except subprocess.TimeoutExpired:
            _end(process)
            raise ExperimentFailed(f"it was still going on after {seconds:.0f} s") from None
        except KeyboardInterrupt:
            # Only where the main thread waits: the run is forgotten below, and `end` would not find it.
            _end(process)
            raise
        finally:
            with self._lock:
                self._processes.discard(process)

    def end(self) -> None:
        """Tell every run to end; each stops what it started."""
        with self._lock:
            self._ended = True
            for process in self._processes:
                process.terminate()


def _end(process: RunProcess) -> None:
    """Tell a run to end, and end it where it does not listen."""
    process.terminate()
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def run_experiment(
    profile: Path,
    requirements: Sequence[str],
    runs: Path,
    *,
    seed: int,
    options: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
    running: RunningRuns | None = None,
    to_the_end: bool = False,
) -> Mapping[str, ExperimentVerdict]:
    """Run the requirements' checks against the profile's target and read what they found.

    The tour ends as soon as each requirement with a rule is broken, unless it is wanted `to_the_end`.
    """
    chosen = ["--requirements", *requirements] if requirements else []
    arguments = [
        "--target", str(profile), "--quick", "--lanes", "1", "--no-report", "--no-kills",
        "--seed", str(seed), "--runs", str(runs), *chosen, *options, *([] if to_the_end else ["--until-broken"]),
    ]  # fmt: skip
    runs.mkdir(parents=True, exist_ok=True)
    running, output = running or RunningRuns(), runs / "output.txt"
    variables = {PASSWORD_VARIABLE: secrets.token_urlsafe(), **(environment or {})}
    seconds = RUN_SECONDS + REQUIREMENT_SECONDS * len(requirements)
    code = running.finish(running.start(lambda: WarmRun(arguments, output, variables)), seconds)
    found = sorted(runs.glob(f"*/{RESULTS}"))
    if not found:
        words = (runs / "output.txt").read_text(encoding="utf-8")[-600:]
        raise ExperimentFailed(f"{profile.name} ended with exit code {code} and no results: {words}")
    return {
        one.id: ExperimentVerdict(
            verdict=one.verdict,
            outcomes=red_outcomes(one.checks),
            reason=one.reason,
            kinds=examined_kinds(one.checks),
            in_scope=one.in_scope,
            seconds=sum(check.seconds for check in one.checks),
        )
        for one in read_results(found[-1]).requirements
        if one.reason_code != "no check yet"
    }


def red_outcomes(checks: Iterable[CheckResult]) -> tuple[str, ...]:
    """Return the codes of the checks that turned red, each once.

    A requirement with two checks may turn red in both, each in its own way. A check that did not turn red, such as one
    that was waived, gives no code.
    """
    red = [check.outcome_code for check in checks if check.verdict is Verdict.FAIL and check.outcome_code]
    return tuple(dict.fromkeys(red))


def examined_kinds(checks: Iterable[CheckResult]) -> frozenset[ObservationKind]:
    """Return the kinds of observation that the checks examined, all taken together."""
    return frozenset(ObservationKind(kind) for check in checks for kind in check.kinds)


def null_command(kind: str, command: Sequence[str]) -> list[str]:
    """Return the start command of a shop, which `command` starts, behind a nulling proxy."""
    return ["{python}", "-m", "spec.falsify.nulls.proxied", kind, *command, NULL_END]
