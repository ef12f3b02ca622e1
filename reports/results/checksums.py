"""SHA256SUMS beside the results, in the format of coreutils: `sha256sum --check SHA256SUMS` reads it too."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from reports.results.whole_files import digest_of, find_way_out, write_atomically

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

SUMS_NAME = "SHA256SUMS"

_LINE = re.compile(r"(?P<digest>[0-9a-f]{64})  (?P<path>\S.*)")


def format_sums(run_folder: Path, relative_paths: Iterable[str]) -> str:
    """Return the lines for the given files of `run_folder`, sorted by path."""
    return "".join(f"{digest_of(run_folder / path)}  {path}\n" for path in sorted(set(relative_paths)))


def write_sums(run_folder: Path, relative_paths: Iterable[str]) -> None:
    """Write SHA256SUMS for the given files of `run_folder`."""
    write_atomically(run_folder / SUMS_NAME, format_sums(run_folder, relative_paths).encode())


def find_tampering(run_folder: Path, required: Iterable[str] = ()) -> list[str]:
    """Return one sentence for each file that is not what SHA256SUMS says, and for each `required` one that it lacks.

    An empty list means that the results are what the run wrote, as far as checksums without a signature can tell.
    """
    sums = run_folder / SUMS_NAME
    if not sums.is_file():
        return [f"{SUMS_NAME} is missing."]
    findings: list[str] = []
    listed: set[str] = set()
    for line in sums.read_text(encoding="utf-8", errors="replace").splitlines():
        match = _LINE.fullmatch(line)
        if match is None or not stays_inside(match["path"]):
            findings.append(f"{SUMS_NAME} has a line that is not a checksum: {line[:80]!r}.")
            continue
        listed.add(match["path"])
        path = run_folder / match["path"]
        if found := find_way_out(run_folder, match["path"]):
            findings.append(found)
        elif not path.is_file():
            findings.append(f"{match['path']} is missing.")
        elif digest_of(path) != match["digest"]:
            findings.append(f"{match['path']} was changed after the run.")
    findings.extend(f"{path} is not listed in {SUMS_NAME}." for path in sorted(set(required) - listed))
    return findings


def stays_inside(relative_path: str) -> bool:
    """Say whether a relative path names something below the run's folder."""
    path = PurePosixPath(relative_path)
    return not path.is_absolute() and ".." not in path.parts and "\\" not in relative_path
