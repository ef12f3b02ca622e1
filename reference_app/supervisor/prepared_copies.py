"""Copies of what has been made for the shop (its database, its static files), so that the next start need not make it.

A copy is found by a digest of everything that decides its content: the code of the shop, the installed packages, the
programs of PostgreSQL, the number of products. It is valid until the machine starts again, because it is not written
through to the disk: after a power cut half of it could be missing. Where there is no number of the boot (only Linux has
one) nothing is kept.
"""

import fcntl
import hashlib
import json
import os
import platform
import shutil
import stat
import subprocess
import sysconfig
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

KEPT = 4
"""Copies that are kept, the least used goes first; each has about 50 MB."""
BOOT = Path("/proc/sys/kernel/random/boot_id")
CODE = Path(__file__).parent.parent
WITHOUT_EFFECT = frozenset({"WEB_WORKERS", "ALLOWED_HOSTS"})
"""Variables of the application server and of requests; no management command looks at them."""
GIT_SECONDS = 5.0


@dataclass(frozen=True)
class PreparedCopies:
    """The copies of one user, and the key of the one that is meant."""

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
    """Open this user's copies; None where none can be kept, or where another user has made their folder."""
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


def content_key(*, products: int, program: Path, variables: Mapping[str, str]) -> str:
    """Digest everything that decides which tables and products a start makes.

    ``program`` is the database server and ``variables`` how the shop is set up.
    """
    status = program.stat()
    parts = {
        "boot": BOOT.read_text() if BOOT.exists() else "",
        "python": platform.python_version(),
        "packages": sorted(path.name for path in Path(sysconfig.get_path("purelib")).glob("*.dist-info")),
        "program": [str(program), status.st_size, status.st_mtime_ns],
        "products": products,
        "variables": {name: value for name, value in variables.items() if name not in WITHOUT_EFFECT},
        "code": {str(path.relative_to(CODE)): _sha256(path) for path in _files(CODE)},
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"]


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def find_commit() -> str | None:
    """Name the commit of the code, with ``-dirty`` behind it when files differ from it; None outside a repository."""
    describe = ("describe", "--always", "--abbrev=40", "--dirty", "--exclude=*")
    command = ["git", "--no-optional-locks", "-C", str(CODE), *describe]
    try:
        answer = subprocess.run(command, check=True, capture_output=True, text=True, timeout=GIT_SECONDS)
    except (OSError, subprocess.SubprocessError):
        return None
    return answer.stdout.strip()
