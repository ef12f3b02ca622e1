"""A supervisor for each test that wants one, in a folder of its own, with nothing left afterwards."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.supervisor.run import Run

StartRun = Callable[..., Run]


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A folder with a path short enough for Unix sockets, which pytest's own are not always."""
    with tempfile.TemporaryDirectory(prefix="sup-") as folder:
        path = Path(folder)
        path.chmod(0o755)
        yield path


@pytest.fixture
def start_run(short_folder: Path) -> Iterator[StartRun]:
    """Start supervisors that end with the test."""
    runs: list[Run] = []

    def start(*options: str, **settings: Any) -> Run:
        folder = settings.pop("folder", short_folder)
        runs.append(Run(folder, *options, **settings))
        return runs[-1]

    yield start
    for run in runs:
        run.abandon()


@pytest.fixture
def run(start_run: StartRun) -> Run:
    """One supervisor with the tiny application; its first line has not been read."""
    return start_run()
