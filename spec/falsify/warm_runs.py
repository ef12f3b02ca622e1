"""Runs of `python -m spec run` in forks of one process that has imported what a run needs.

A run imports for longer than most checks take. The standard library's fork server imports once and forks for each run;
modules of checks are left to the run, whose pytest rewrites them.
"""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

IMPORTED: Final = ("spec.run.run_command", "hypothesis.stateful", "schemathesis", "playwright.sync_api")


class WarmRun:
    """One run in a fork, with the part of the interface of a `Popen` that is needed."""

    def __init__(self, arguments: Sequence[str], output: Path, environment: Mapping[str, str]) -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(list(IMPORTED))
        self._process = context.Process(target=_be_a_run, args=(list(arguments), str(output), dict(environment)))
        self._process.start()

    def wait(self, seconds: float | None = None) -> int:
        """Wait for its end and return its exit code. Raises TimeoutExpired after so many seconds."""
        self._process.join(seconds)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired("spec run", seconds or 0)
        return self._process.exitcode

    def terminate(self) -> None:
        """Tell it to end."""
        self._process.terminate()

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()


def _be_a_run(arguments: list[str], output: str, environment: dict[str, str]) -> None:
    # A Ctrl-C at the terminal is for falsify, which ends its runs itself.
    os.setsid()
    written = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(written, sys.stdout.fileno())
    os.dup2(written, sys.stderr.fileno())
    os.close(written)
    os.environ.update(environment)
    # pytest would rewrite the assertions of its plugins; these were imported before, and assert for themselves alone.
    os.environ["PYTEST_ADDOPTS"] = "-W ignore::pytest.PytestAssertRewriteWarning"
    from spec.run.run_command import main  # noqa: PLC0415 -- falsify itself imports this module, and starts no run

    sys.exit(main(arguments))
