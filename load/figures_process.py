"""Have figures computed by a process of its own.

The generator must not pause meanwhile: it would be late, and the load would have a hole.
"""

from __future__ import annotations

import sys
from pathlib import Path

from gevent import subprocess

from load.load_figures import FigureReport, FiguresTask
from load.samples import Sample, pack_all


class FiguresError(Exception):
    """The process that computes figures did not answer; the message holds what it said."""


def compute_figures_apart(samples: list[Sample], task: FiguresTask) -> FigureReport:
    """Compute the figures of the samples; only the calling greenlet waits."""
    with subprocess.Popen(
        [sys.executable, "-m", "load.figure_computation"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=Path(__file__).parent.parent,
    ) as process:
        try:
            out, err = process.communicate(task.model_dump_json().encode() + b"\n" + pack_all(samples))
        finally:
            if process.poll() is None:
                process.kill()
        if process.returncode:
            raise FiguresError(f"the figures could not be computed: {err.decode(errors='replace').strip()}")
    return FigureReport.model_validate_json(out)
