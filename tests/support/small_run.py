"""A run of the specification's own command line over a small catalogue and checks of a test's own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from reports.results import RequirementResult, Results, read_results
from spec.catalogue import REQUIREMENTS_FOLDER, Span

PROJECT = Path(__file__).resolve().parents[2]
INDEX = """
version = "1.0.0"
chapters = ["FLOW", "RATE"]

[areas]
flows = ["FLOW"]
limits = ["RATE"]
"""
POLICIES = "\n[policies."
"""The line at which the catalogue's policies and settings begin, which are those of every profile here."""
HEAD = (
    '[chapter]\nid = "{id}"\ntitle = "{id}"\nwhy = "It matters."\n\n[chapter.references]\nother = ["project policy"]\n'
    "\n[chapter.not_spanned]\n" + "".join(f'{span} = "one case only"\n' for span in Span)
)
ENTRY = """
[[requirement]]
id = "{id}"
title = "{id}"
level = "MUST"
impact = "high"
statement = "{id} holds."
rationale = "It matters."
source = ["field"]
needs = [{needs}]
twin = "It does something useful."
likely_fix = "Mend it."
"""
PROFILE = """schema_version = 2
name = "Tiny shop"
timeout_seconds = 5
[address]
base_url = "{base_url}"
[claims]
chapters = [{chapters}]
capabilities = []
[effects]
allowed = ["reads", "writes", "signs in", "breaks"]
"""
# The command line itself, with other folders to read: what it does with them is what is tested.
START = """
import sys
from pathlib import Path
import spec.run.run_command as commandline
from spec.catalogue import load_catalogue
commandline.load_catalogue = lambda: load_catalogue(Path({catalogue!r}))
commandline.CHECKS = ({checks!r},)
sys.exit(commandline.main(sys.argv[1:]))
"""


@dataclass(frozen=True)
class Specification:
    """A small specification in a folder, and the profile of its target."""

    folder: Path

    @property
    def profile(self) -> Path:
        """The target's profile."""
        return self.folder / "target.toml"

    @property
    def runs(self) -> Path:
        """The folder of runs."""
        return self.folder / "out" / "runs"

    def command(self, *options: str) -> list[str]:
        """The command of a run."""
        start = START.format(catalogue=str(self.folder / "catalogue"), checks=str(self.folder / "checks"))
        given = ["--target", str(self.profile), "--runs", str(self.runs), *options]
        return [sys.executable, "-c", start, *given]

    def run(self, *options: str, seconds: float = 180) -> subprocess.CompletedProcess[str]:
        """Run to the end."""
        return subprocess.run(
            self.command(*options), cwd=PROJECT, capture_output=True, text=True, timeout=seconds, check=False,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        )  # fmt: skip

    def results(self) -> Results:
        """Read the results of the newest run."""
        return read_results(max(self.runs.glob("*/results.json")))


def write_specification(
    folder: Path,
    checks: str,
    requirements: Sequence[str],
    *,
    base_url: str = "http://127.0.0.1:1",
    chapters: Sequence[str] = ("all",),
    needs: dict[str, str] | None = None,
) -> Specification:
    """Write catalogue, checks and profile; `needs` names a capability for some requirements."""
    catalogue = folder / "catalogue"
    catalogue.mkdir(parents=True)
    _, begin, declared = (REQUIREMENTS_FOLDER / "catalogue.toml").read_text().partition(POLICIES)
    (catalogue / "catalogue.toml").write_text(INDEX + begin + declared)
    for chapter in ("FLOW", "RATE"):
        entries = [
            ENTRY.format(id=one, needs=f'"{needs[one]}"' if needs and one in needs else "")
            for one in requirements
            if one.startswith(chapter)
        ]
        filler = "" if entries else ENTRY.format(id=f"{chapter}-999", needs="") + 'unchecked = "no check yet"\n'
        (catalogue / f"{chapter.lower()}.toml").write_text(HEAD.format(id=chapter) + "".join(entries) + filler)
    (folder / "checks").mkdir()
    (folder / "checks" / "test_small.py").write_text(checks)
    quoted = ", ".join(f'"{one}"' for one in chapters)
    (folder / "target.toml").write_text(PROFILE.format(base_url=base_url, chapters=quoted))
    return Specification(folder)


def result(results: Results, requirement: str) -> RequirementResult:
    """One requirement's result."""
    return next(one for one in results.requirements if one.id == requirement)
