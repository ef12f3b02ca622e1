"""Real processes for the tests: fake shops, and loads on them."""

from __future__ import annotations

import json
import subprocess
import sys
import time
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

    @property
    def open_files(self) -> int:
        """Files that its process holds open, connections among them."""
        return len(list(Path(f"/proc/{self.process.pid}/fd").iterdir()))

    def wait_for_open_files(self, more_than: int) -> None:
        """Wait until connections have arrived."""
        deadline = time.monotonic() + 90
        while self.open_files <= more_than:
            assert time.monotonic() < deadline, "no traffic arrived"
            time.sleep(0.02)

    def finish(self) -> dict[str, Any]:
        """End it, and return what it counted."""
        out, _ = self.process.communicate(timeout=60)
        report: dict[str, Any] = json.loads(out)
        return report


def inside(namespace: str | None) -> list[str]:
    """Begin a command that runs in a network namespace."""
    return [] if namespace is None else ["ip", "netns", "exec", namespace]


@contextmanager
def running_shop(namespace: str | None = None, /, **faults: object) -> Iterator[RunningShop]:
    """Run a fake shop with these faults, in a network namespace if one is named."""
    process = subprocess.Popen(
        [*inside(namespace), sys.executable, "-m", "tests.load.fake_shop", json.dumps(faults)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=ROOT,
    )
    scheme = "https" if "certificate" in faults else "http"
    address = str(faults.get("listen", "127.0.0.1"))
    host = f"[{address}]" if ":" in address else address
    try:
        yield RunningShop(process, f"{scheme}://{host}:{json.loads(_pipe(process.stdout).readline())['port']}")
    finally:
        process.kill()
        process.communicate()


def start_load(folder: Path, namespace: str | None = None, /, **changes: object) -> subprocess.Popen[str]:
    """Start a load by the usual plan with these changes, which writes to `folder`."""
    folder.mkdir(exist_ok=True)
    plan = folder / "plan.json"
    plan.write_text(json.dumps(make_plan(**changes)))
    return subprocess.Popen(
        [*inside(namespace), sys.executable, "-m", "load", "run", str(plan), "--out", str(folder)],
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )


def run_load(folder: Path, namespace: str | None = None, /, **changes: object) -> tuple[int, str]:
    """Run a load to its end, and return exit code and standard error."""
    process = start_load(folder, namespace, **changes)
    _, err = process.communicate(timeout=60)
    return process.returncode, err


def recorded_load(folder: Path, namespace: str | None = None, /, **changes: object) -> LoadRun:
    """Run a load that ends as planned, and read what it wrote."""
    code, err = run_load(folder, namespace, **changes)
    assert code == 0, err
    return read_run(folder)


def _pipe(stream: IO[str] | None) -> IO[str]:
    assert stream is not None
    return stream
