"""Digests of everything that a kill rests on: when none has changed, what falsify saw still holds.

Three digests make up a kill: that of the check, that of the fault or null, and that of the reference shop. A file
counts for a check only where the check imports it, directly or through others: with a requirement for every promise, a
change to one helper must not make everything that was ever seen stale.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from functools import cached_property
from pathlib import Path
from typing import Final

from spec.catalogue import Catalogue
from spec.falsify.check_files import CheckFiles, find_check_files
from spec.falsify.sources import Sources

PROJECT: Final = Path(__file__).resolve().parents[2]
SHOP: Final = "reference_app"
LOCK: Final = "requirements.lock"
"""What the shop is installed with: another framework is another shop."""
LOAD: Final = "load"
FAULT_FRAME: Final = ("spec/falsify/patching.py", "spec/falsify/faulty_wsgi.py")
"""Puts a fault into the shop."""
APPARATUS: Final = ("spec/falsify/experiment_run.py", "spec/falsify/finding.py", "spec/falsify/fault_settings.py")
"""Starts a run against what is wrong, reads how it has to be noticed, and says what counts as noticed.

Not spec/falsify/falsify_command.py, which chooses and prints: it can only withhold a kill, where the untouched shop is
red.
"""
LABORATORY: Final = "spec/falsify/laboratory.py"
"""Decides with which options a run is started. By itself: it imports all nulls, and no fault rests on those."""
DOCUMENT: Final = "spec/falsify/shop_document.py"
"""Makes the document that a null answers from; what is in the document is the shop's."""
NULLS: Final = "spec/falsify/nulls"
CHECK_FRAME: Final = (
    # Every run begins here, with the command line: its options to pytest, the folders of checks, the proof before all.
    "spec/__main__.py",
    # From what a check raises to its verdict.
    "spec/checking/judging.py",
    "spec/checking/examination.py",
    "spec/checking/outcomes.py",
    # Its fixtures open the shops that checks speak to, and its hooks decide which checks are run and which are gaps. It
    # brings run, connection, control and windows, and the assembly of several checks to one verdict.
    "spec/run/plugin.py",
    # The profile of every experiment, its reading, and the adapter that it names and nobody imports.
    "spec/target/reference.toml",
    "spec/target/profile/profile_reading.py",
    "spec/target/adapters/rest/__init__.py",
)
DECIDES_NOTHING: Final = (
    # The catalogue's code: what it reads is in the digest as data.
    "spec/catalogue",
    # What is printed, where it is written, how a run ends early, what it says of its machine.
    "spec/run/check_progress.py",
    "spec/run/run_folder.py",
    "spec/run/interruption.py",
    "spec/run/provenance.py",
    # What falsify saw before, which a run only copies into its results. How faults are read is in fault_files.py.
    "spec/falsify/kills.py",
    "spec/falsify/digests.py",
    "spec/falsify/check_files.py",
    "spec/falsify/sources.py",
    # What falsify has to try.
    "spec/falsify/experiments.py",
)
COMPILED: Final = frozenset({".pyc", ".pyo"})
LOADS: Final = "loads"


class Digests:
    """Today's digests of a project; each file is read once, so all of them together take a fraction of a second."""

    def __init__(self, catalogue: Catalogue, project: Path = PROJECT) -> None:
        self.project = project
        self._catalogue = catalogue
        self._sources = Sources(project, ignored=DECIDES_NOTHING)
        self._checks: dict[str, str] = {}

    @cached_property
    def shop(self) -> str:
        """Digest of the reference shop and of what is installed: any part of it may decide what a check sees."""
        found = [one for one in self._sources.find(SHOP, "*") if Path(one).suffix not in COMPILED]
        return self._sources.digest([*found, LOCK])

    @cached_property
    def loading(self) -> frozenset[str]:
        """The requirements whose checks say that they load the target."""
        return frozenset(one for one, check in self._check_files.items() if LOADS in check.effects)

    def check(self, requirement: str) -> str:
        """Digest of a requirement's entry, of its checks, and of what they and their verdicts rest on."""
        if requirement not in self._checks:
            check = self._check_files.get(requirement, CheckFiles())
            files = self._sources.closure([*check.files, *self._fixtures_above(check.files), *CHECK_FRAME])
            entries = {requirement}
            if LOADS in check.effects:
                # The load is a process of its own. One load serves all objectives, and the limits of all plan it.
                files |= self._load_files
                entries |= self.loading
            self._checks[requirement] = self._sources.digest(files, *map(self._entry, sorted(entries)))
        return self._checks[requirement]

    def fault(self, path: Path) -> str:
        """Digest of a fault's file, of what it imports, and of what puts it into the shop."""
        file = path.relative_to(self.project).as_posix()
        return self._sources.digest({*self._sources.closure([file, *FAULT_FRAME, *APPARATUS]), LABORATORY})

    @cached_property
    def nulls(self) -> str:
        """Digest of all servers that are no shop."""
        files = self._sources.closure([*self._sources.find(NULLS, "*.py"), *APPARATUS])
        return self._sources.digest({*files, LABORATORY, DOCUMENT})

    @cached_property
    def _check_files(self) -> dict[str, CheckFiles]:
        return dict(find_check_files(self._sources))

    @cached_property
    def _load_files(self) -> frozenset[str]:
        code = [one for one in self._sources.find(LOAD, "*.py") if not Path(one).name.startswith("test_")]
        return self._sources.closure(code) | frozenset(self._sources.find(LOAD, "*.json"))

    def _fixtures_above(self, files: Collection[str]) -> set[str]:
        folders = {folder for file in files for folder in Path(file).parents}
        found = {(folder / "conftest.py").as_posix() for folder in folders}
        return {one for one in found if (self.project / one).is_file()}

    def _entry(self, requirement: str) -> str:
        return json.dumps(self._catalogue.get(requirement).as_json(), sort_keys=True)
