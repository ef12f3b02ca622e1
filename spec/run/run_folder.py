"""The folder that a run writes, and the run before it."""

from __future__ import annotations

import os
import secrets
import tempfile
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

from reports.results import Previous, ResultsError, read_results

PROJECT: Final = Path(__file__).resolve().parents[2]
RUNS: Final = PROJECT / "reports" / "runs"
RESULTS: Final = "results.json"


def new_run_id() -> str:
    """An id that sorts by time and that no second run of the same second shares."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"


def make_run_folder(run_id: str, runs: Path = RUNS) -> tuple[Path, str | None]:
    """A new folder for the run, and a sentence where it is not the usual one (a read-only checkout)."""
    folder = runs / run_id
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        folder = Path(tempfile.gettempdir()) / f"shopspec-{os.getuid()}" / "runs" / run_id
        folder.mkdir(parents=True)
        return folder, f"{runs} cannot be written ({error.strerror}); this run writes to {folder}"
    return folder, None


def find_previous(folder: Path) -> Previous | None:
    """The run that `latest` points at, if it left results that can be read."""
    results = folder.parent.parent / "latest" / RESULTS
    if not results.is_file():
        return None
    try:
        return Previous(id=read_results(results).run.id, sha256=sha256(results.read_bytes()).hexdigest())
    except ResultsError:
        # An older or broken file is nobody's predecessor.
        return None


def point_latest(folder: Path) -> None:
    """Let `latest`, beside the folder of runs, point at this run. Replaced in one step, so that it never dangles."""
    latest = folder.parent.parent / "latest"
    temporary = latest.with_name(f".latest-{secrets.token_hex(4)}")
    try:
        temporary.symlink_to(folder.relative_to(latest.parent))
        temporary.replace(latest)
    except OSError:
        # A file system without links, or a folder of that name: no `latest`; the path of the run is printed anyway.
        temporary.unlink(missing_ok=True)
