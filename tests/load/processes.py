"""Real processes for the tests: fake shops, and loads on them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from load.manifest import LoadRun, read_run
from tests.load.plans import make_plan

ROOT = Path(__file__).parents[2]


@dataclass
class RunningShop:
    """A fake shop in a process of its own."""

    process: subprocess.Popen[str]
    url: str

    def finish(self) -> dict[str, Any]:
        """End it; gives what it says of itself."""
        out, _ = self.process.communicate(timeout=10)
        report: dict[str, Any] = json.loads(out)
        return report


@contextmanager
def running_shop(**faults: object) -> Iterator[RunningShop]:
    """A fake shop with these faults."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.load.fake_shop", json.dumps(faults)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=ROOT,
    )
    scheme = "https" if "certificate" in faults else "http"
    try:
        yield RunningShop(process, f"{scheme}://127.0.0.1:{json.loads(_pipe(process.stdout).readline())['port']}")
    finally:
        process.kill()
        process.communicate()


def start_load(folder: Path, **changes: object) -> subprocess.Popen[str]:
    """A load by the usual plan with these changes, which writes to `folder`."""
    folder.mkdir(exist_ok=True)
    plan = folder / "plan.json"
    plan.write_text(json.dumps(make_plan(**changes)))
    return subprocess.Popen(
        [sys.executable, "-m", "load", "run", str(plan), "--out", str(folder)],
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )


def run_load(folder: Path, **changes: object) -> tuple[int, str]:
    """Run a load to its end; gives exit code and standard error."""
    process = start_load(folder, **changes)
    _, err = process.communicate(timeout=60)
    return process.returncode, err


def recorded_load(folder: Path, **changes: object) -> LoadRun:
    """Run a load that ends as planned, and read what it wrote."""
    code, err = run_load(folder, **changes)
    assert code == 0, err
    return read_run(folder)


def _pipe(stream: IO[str] | None) -> IO[str]:
    assert stream is not None
    return stream
