"""Supervisors of tests, each in a folder of its own, with nothing left afterwards."""

from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from tests.supervisor.run import Run

StartRun = Callable[..., Run]


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A folder with a path short enough for Unix sockets, which pytest's own are not always."""
    with TemporaryDirectory(prefix="sup-") as folder:
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


@pytest.fixture(scope="module")
def shared() -> Iterator[tuple[Run, dict[str, Any]]]:
    """Start a supervisor for all tests of a module; each test leaves all services running."""
    with TemporaryDirectory(prefix="sup-") as folder:
        Path(folder).chmod(0o755)
        run = Run(Path(folder), "--set", "GREETING=hello", "--workers", "2")
        try:
            yield run, run.ready()
        finally:
            run.abandon()


@pytest.fixture
def shared_run(shared: tuple[Run, dict[str, Any]]) -> Run:
    """The supervisor of the module."""
    return shared[0]


@pytest.fixture
def ready(shared: tuple[Run, dict[str, Any]]) -> dict[str, Any]:
    """The first line of the module's supervisor."""
    return shared[1]
