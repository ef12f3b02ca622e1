"""The books of falsify: for each requirement a small file that says what turned it red, when, and on what that rests.

`spec/falsify/kills/RATE-003.toml` is written by falsify and committed. An entry holds a digest of check, fault and
shop; when one of them has changed since, the entry is stale and every report shows it as such.
"""

from __future__ import annotations

import json
import tempfile
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from pydantic import NonNegativeInt

from reports.results import FaultSeen, PointsSeen, SpanPoints, write_atomically
from reports.strict_model import InvalidContent, StrictModel, validate
from reports.verdicts import Verdict
from spec.falsify import FalsifyError
from spec.falsify.digests import Digests
from spec.falsify.fault_modules import FaultModule, find_faults
from spec.falsify.project_graph import PROJECT
from spec.target.observations import ObservationKind

KILLS: Final = PROJECT / "spec" / "falsify" / "kills"


class KillEntry(StrictModel):
    """One fault or null against one requirement, as it was last seen."""

    killed: bool
    verdict: Verdict
    outcome: str | None = None
    last_seen: date
    rests_on: str


class PointsEntry(StrictModel):
    """The points that were last drawn for one requirement: for each span how many were noticed, of how many drawn."""

    seed: int
    last_seen: date
    rests_on: str
    """The digest of the check that noticed them; the points themselves rest on no file of the shop."""
    spans: dict[str, tuple[NonNegativeInt, NonNegativeInt]]


class KillFile(StrictModel):
    """All that was seen of one requirement.

    `kinds` are the ways in which its checks look at a target, as a run over the untouched shop told while `check` was
    their digest: they decide which nulls it owes.
    """

    check: str = ""
    kinds: tuple[ObservationKind, ...] = ()
    points: PointsEntry | None = None
    seen: dict[str, KillEntry] = {}


@dataclass(frozen=True, slots=True)
class Kills:
    """The books of all requirements, by id."""

    files: Mapping[str, KillFile] = field(default_factory=dict)

    def find(self, wrong: str, requirement: str) -> KillEntry | None:
        """Return the last try of one fault or null against one requirement."""
        return self.files.get(requirement, KillFile()).seen.get(wrong)

    def kinds(self, requirement: str, check: str) -> frozenset[ObservationKind] | None:
        """Return the kinds of observation that a requirement examines; None where its check is another one now."""
        file = self.files.get(requirement, KillFile())
        return frozenset(file.kinds) if file.check == check else None

    def with_entry(self, requirement: str, wrong: str, entry: KillEntry) -> Kills:
        """Return the same with this entry in the place of an older one."""
        file = self.files.get(requirement, KillFile())
        # Faults before nulls, each by name: the order of the file and of what is printed.
        seen = sorted({**file.seen, wrong: entry}.items(), key=lambda one: (one[0].startswith("null:"), one[0]))
        return self._with_file(requirement, file.model_copy(update={"seen": dict(seen)}))

    def with_kinds(self, requirement: str, check: str, kinds: Collection[ObservationKind]) -> Kills:
        """Return the same with what a run has told of a requirement's checks."""
        file = self.files.get(requirement, KillFile())
        known = [kind for kind in ObservationKind if kind in kinds]
        return self._with_file(requirement, file.model_copy(update={"check": check, "kinds": tuple(known)}))

    def with_points(self, requirement: str, entry: PointsEntry) -> Kills:
        """Return the same with these points in the place of older ones."""
        file = self.files.get(requirement, KillFile())
        return self._with_file(requirement, file.model_copy(update={"points": entry}))

    def only(self, owed: Collection[tuple[str, str]], requirements: Collection[str]) -> Kills:
        """Return the entries of what is still owed, fault or null and requirement, and forget all others."""
        kept = {}
        for requirement, file in self.files.items():
            if requirement in requirements:
                seen = {wrong: entry for wrong, entry in file.seen.items() if (wrong, requirement) in owed}
                kept[requirement] = file.model_copy(update={"seen": seen})
        return Kills(kept)

    def faults_by_requirement(self, digests: Digests, wanted: Collection[str]) -> dict[str, list[FaultSeen]]:
        """Return for each wanted requirement its faults, tried or not, fresh or stale."""
        found: dict[str, list[FaultSeen]] = {}
        for fault in find_faults() if wanted else ():
            for requirement in [one for one in fault.kills if one in wanted]:
                entry = self.find(fault.id, requirement)
                seen = FaultSeen(
                    id=fault.id,
                    description=fault.description,
                    killed=entry.killed if entry else None,
                    last_seen=entry.last_seen.isoformat() if entry else None,
                    stale=entry is not None and not _holds(entry, fault, requirement, digests),
                )
                found.setdefault(requirement, []).append(seen)
        return found

    def points_by_requirement(self, digests: Digests, wanted: Collection[str]) -> dict[str, PointsSeen]:
        """Return for each wanted requirement the points that were last drawn, fresh or stale."""
        entries = {one: self.files.get(one, KillFile()).points for one in wanted}
        return {
            requirement: PointsSeen(
                seed=entry.seed,
                last_seen=entry.last_seen.isoformat(),
                stale=not _points_hold(entry, requirement, digests),
                spans=[SpanPoints(span=span, noticed=seen, drawn=drawn) for span, (seen, drawn) in entry.spans.items()],
            )
            for requirement, entry in entries.items()
            if entry is not None
        }

    def _with_file(self, requirement: str, file: KillFile) -> Kills:
        return Kills({**self.files, requirement: file})


def _holds(entry: KillEntry, fault: FaultModule, requirement: str, digests: Digests) -> bool:
    try:
        return entry.rests_on == digests.rests_on(fault, requirement)
    except FalsifyError:
        # Nothing is known to hold while a file cannot be read; which one that is, the run's own collection tells.
        return False


def _points_hold(entry: PointsEntry, requirement: str, digests: Digests) -> bool:
    try:
        return entry.rests_on == digests.check(requirement)
    except FalsifyError:
        return False


def read_kills(folder: Path = KILLS) -> Kills:
    """Read the books; nothing where falsify never ran. Raises FalsifyError for a file that is not of its form."""
    return Kills({path.stem: _read(path) for path in sorted(folder.glob("*.toml"))})


def _read(path: Path) -> KillFile:
    try:
        return validate(KillFile, tomllib.loads(path.read_text(encoding="utf-8")), path.name)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise FalsifyError(f"{path.name}: this is no TOML ({error}); restore or remove it") from error
    except InvalidContent as error:
        raise FalsifyError(str(error)) from error


def ensure_writable(folder: Path = KILLS) -> None:
    """Make the folder of the books. Raises FalsifyError where nothing can be kept in it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise FalsifyError(
            f"{folder} cannot be written ({error.strerror}); name another folder with --kills"
        ) from error


def write_kills(kills: Kills, folder: Path = KILLS) -> None:
    """Write each file that differs from what stands there, in one step, and remove those of no requirement."""
    texts = {f"{requirement}.toml": _encode(requirement, file) for requirement, file in kills.files.items()}
    for path in folder.glob("*.toml"):
        if path.name not in texts:
            path.unlink()
    for name, text in texts.items():
        path = folder / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            write_atomically(path, text.encode())


def _encode(requirement: str, file: KillFile) -> str:
    return "\n".join(_lines(requirement, file)) + "\n"


def _lines(requirement: str, file: KillFile) -> Iterator[str]:
    """Yield the lines of a file, a table for each fault and null; every text is TOML as JSON spells it."""
    yield f"# What turned {requirement} red. Written by `python -m spec falsify`."
    if file.check:
        yield f"check = {_text(file.check)}"
        yield f"kinds = [{', '.join(map(_text, file.kinds))}]"
    if file.points is not None:
        yield ""
        yield "[points]"
        yield f"seed = {file.points.seed}"
        yield f"last_seen = {_text(file.points.last_seen.isoformat())}"
        yield f"rests_on = {_text(file.points.rests_on)}"
        yield ""
        yield "[points.spans]"
        yield from (f"{_text(span)} = {list(counts)}" for span, counts in file.points.spans.items())
    for wrong, entry in file.seen.items():
        yield ""
        yield f"[seen.{_text(wrong) if ':' in wrong else wrong}]"
        yield f"killed = {str(entry.killed).lower()}"
        yield f"verdict = {_text(entry.verdict)}"
        if entry.outcome is not None:
            yield f"outcome = {_text(entry.outcome)}"
        yield f"last_seen = {_text(entry.last_seen.isoformat())}"
        yield f"rests_on = {_text(entry.rests_on)}"


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)
