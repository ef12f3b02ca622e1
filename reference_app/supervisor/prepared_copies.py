"""Copies of what has been made for the shop (its database, its static files), so that the next start need not.

A copy is found by a digest of everything that decides what is in it: the code of the shop, the installed packages, the
programs of PostgreSQL, the number of products. It is valid until the machine starts anew, because it is not written
through to the disk: after a power cut half of it could be missing. Where there is no number of the boot (only Linux has
one) nothing is kept.
"""

import fcntl
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

KEPT = 4
"""Copies that are kept, the least used goes first; each has about 50 MB."""
BOOT = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True)
class PreparedCopies:
    """The copies of one user, of which one is meant."""

    folder: Path
    key: str

    @property
    def _copy(self) -> Path:
        return self.folder / self.key

    def restore(self, targets: Mapping[str, Path]) -> bool:
        """Copy each named folder to its target, which does not exist; False when there is no such copy."""
        with self._locked(fcntl.LOCK_SH):
            if not self._copy.exists():
                return False
            os.utime(self._copy)
            for name, target in targets.items():
                copy_folder(self._copy / name, target)
        return True

    def discard(self) -> None:
        """Forget this copy, because it is of no use."""
        with self._locked(fcntl.LOCK_EX):
            shutil.rmtree(self._copy, ignore_errors=True)

    def keep(self, sources: Mapping[str, Path]) -> None:
        """Keep these folders under their names; that of a database only after a stop in good order."""
        with self._locked(fcntl.LOCK_EX):
            if self._copy.exists():
                return
            unfinished = self.folder / "unfinished"
            shutil.rmtree(unfinished, ignore_errors=True)
            for name, source in sources.items():
                copy_folder(source, unfinished / name)
            unfinished.rename(self._copy)
            os.utime(self._copy)
            kept = [folder for folder in self.folder.iterdir() if folder.is_dir()]
            for folder in sorted(kept, key=lambda folder: folder.stat().st_mtime, reverse=True)[KEPT:]:
                shutil.rmtree(folder)

    @contextmanager
    def _locked(self, kind: int) -> Iterator[None]:
        with (self.folder / "lock").open("a") as lock:
            fcntl.flock(lock, kind)  # held for the length of one copy, less than a second
            yield


def open_copies(key: str) -> PreparedCopies | None:
    """This user's copies; None where none can be kept, or where somebody else has made their folder."""
    if not BOOT.exists():
        return None
    folder = Path(tempfile.gettempdir()) / f"shopspec_prepared_{os.geteuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    status = folder.lstat()
    private = stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid() and not status.st_mode & 0o077
    return PreparedCopies(folder, key) if private else None


def copy_folder(source: Path, target: Path) -> None:
    """Copy the content of all files, without their times; the copy belongs to this process's user."""
    shutil.copytree(source, target, copy_function=shutil.copyfile)
