"""One experiment of falsify: some requirements against one target that is wrong, and the verdicts that came of it."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from reports.results import CheckResult, read_results
from reports.verdicts import Verdict
from spec.run.run_folder import PROJECT, RESULTS
from spec.target.exchange import MARK_VARIABLE

REFERENCE: Final = PROJECT / "spec" / "target" / "reference.toml"
EXPERIMENT_SECONDS: Final = 900
NULL_PROFILE: Final = """schema_version = 1
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
END_SECONDS: Final = 60
"""What a run may take to stop what it started."""


class ExperimentFailed(Exception):  # noqa: N818 - the name says it
    """The run itself broke, so that nothing was learnt; the message holds its last words."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A requirement's verdict in an experiment."""

    verdict: Verdict
    outcomes: tuple[str, ...]
    """The codes of its checks that turned red, each once."""
    reason: str


class RunningRuns:
    """The runs that go on at the moment, so that all of them end when falsify is interrupted. Thread-safe."""

    def __init__(self) -> None:
        self._processes: set[subprocess.Popen[bytes]] = set()
        self._ended = False
        self._lock = threading.Lock()

    def start(self, command: Sequence[str], output: IO[str], *, mark: bool = False) -> subprocess.Popen[bytes]:
        """Start a run. Raises ExperimentFailed once all have been told to end."""
        with self._lock:
            if self._ended:
                raise ExperimentFailed("falsify was interrupted before it began")
            environment = {**os.environ, "NULL_STAFF_PASSWORD": secrets.token_urlsafe()}
            process = subprocess.Popen(
                command, cwd=PROJECT, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                env={**environment, MARK_VARIABLE: "1"} if mark else environment,
                # A Ctrl-C at the terminal is for falsify, which ends its runs itself.
                start_new_session=True,
            )  # fmt: skip
            self._processes.add(process)
            return process

    def finish(self, process: subprocess.Popen[bytes], seconds: float) -> int:
        """Wait so long for a run's end; its exit code. Raises ExperimentFailed when it goes on."""
        try:
            return process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.terminate()
            try:
                process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            raise ExperimentFailed(f"it was still going on after {seconds:.0f} s") from None
        finally:
            with self._lock:
                self._processes.discard(process)

    def end(self) -> None:
        """Tell every run to end; each stops what it started."""
        with self._lock:
            self._ended = True
            for process in self._processes:
                process.terminate()


def run_experiment(
    profile: Path,
    requirements: Sequence[str],
    runs: Path,
    *,
    seed: int,
    options: Sequence[str] = (),
    mark: bool = False,
    running: RunningRuns | None = None,
) -> Mapping[str, Seen]:
    """Run the requirements' checks against the profile's target and read what they found.

    With `mark` the run marks the exchanges under examination, for a proxy that answers those by itself.
    """
    chosen = ["--requirements", *requirements] if requirements else []
    command = [
        sys.executable, "-m", "spec", "run", "--target", str(profile), "--quick", "--no-report",
        "--seed", str(seed), "--runs", str(runs), *chosen, *options,
    ]  # fmt: skip
    runs.mkdir(parents=True, exist_ok=True)
    running = running or RunningRuns()
    with (runs / "output.txt").open("w", encoding="utf-8") as output:
        code = running.finish(running.start(command, output, mark=mark), EXPERIMENT_SECONDS)
    found = sorted(runs.glob(f"*/{RESULTS}"))
    if not found:
        words = (runs / "output.txt").read_text(encoding="utf-8")[-600:]
        raise ExperimentFailed(f"{profile.name} ended with exit code {code} and no results: {words}")
    return {
        requirement.id: Seen(requirement.verdict, _outcomes(requirement.checks), requirement.reason)
        for requirement in read_results(found[-1]).requirements
        if requirement.reason_code != "no check yet"
    }


def _outcomes(checks: Sequence[CheckResult]) -> tuple[str, ...]:
    # A requirement with two checks may turn red in both, each in its own way. What a check saw that did not turn red,
    # such as one that was waived, is no code with which the requirement did.
    red = [check.outcome_code for check in checks if check.verdict is Verdict.FAIL and check.outcome_code]
    return tuple(dict.fromkeys(red))


def write_profile(path: Path, command: Sequence[str]) -> Path:
    """The reference's profile with another start command."""
    text = REFERENCE.read_text(encoding="utf-8")
    quoted = ", ".join(f'"{part}"' for part in command)
    lines = [f"command = [{quoted}]" if line.startswith("command = ") else line for line in text.splitlines()]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def write_null_profile(path: Path, base_url: str) -> Path:
    """The profile of a server that runs already and claims to be everything."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(NULL_PROFILE.format(base_url=base_url), encoding="utf-8")
    return path


def fault_command(module: str, settings: Mapping[str, str]) -> list[str]:
    """Return the start command of the reference shop with the fault in `module`."""
    command = ["{python}", "-m", "reference_app.supervisor", "--application", "spec.falsify.faulty_wsgi:application"]
    for name, value in {**settings, "SHOPSPEC_FAULT": module}.items():
        command += ["--set", f"{name}={value}"]
    return command


def null_command(kind: str) -> list[str]:
    """The start command of the reference shop behind a nulling proxy."""
    return ["{python}", "-m", "spec.falsify.nulls.proxied", kind]
