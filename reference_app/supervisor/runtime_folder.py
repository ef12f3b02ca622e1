"""The folder of one run: sockets, data, certificate and logs, removed at the end.

Its path is short, because the path of a Unix socket may have about 100 bytes only. A lock on the file ``owner`` lasts
as long as the supervisor lives, however it dies; a folder whose lock is free was abandoned, and the next start removes
it.
"""

import fcntl
import os
import shutil
import stat
import tempfile
from pathlib import Path
from typing import IO

PREFIX = "shopspec-"
LONGEST_SOCKET_PATH = 100
"""Bytes, below the 103 of macOS and the 107 of Linux."""
LONGEST_NAME_INSIDE = len("/shopspec-xxxxxxxx/database/socket/.s.PGSQL.5432")


class RuntimeFolder:
    """A fresh folder for this process; ``remove`` ends it."""

    def __init__(self) -> None:
        parent = _parent()
        _remove_abandoned(parent)
        self.path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
        self._lock = _lock_owner_file(self.path)
        if os.geteuid() == 0:
            # The database's account has to pass through; it cannot list what is here.
            self.path.chmod(0o711)
        self.logs = self.path / "logs"
        self.logs.mkdir(mode=0o700)
        self.static = self.path / "static"
        """Where static files are collected to; made by whoever does so."""
        self.scratch = self.path / "tmp"
        self.scratch.mkdir(mode=0o700)

    def remove(self) -> None:
        """Remove what the guardian has not removed; nothing may run in it any more."""
        if self.path.exists():
            shutil.rmtree(self.path)
        self._lock.close()


def _parent() -> Path:
    """The folder for temporary files, unless a socket in it could not be reached: then /tmp."""
    chosen = Path(tempfile.gettempdir()).resolve()
    fits = len(os.fsencode(chosen)) + LONGEST_NAME_INSIDE <= LONGEST_SOCKET_PATH
    # As root the database has an account of its own, which has to pass through every folder on the way.
    passable = os.geteuid() != 0 or all(folder.stat().st_mode & stat.S_IXOTH for folder in (chosen, *chosen.parents))
    return chosen if fits and passable else Path("/tmp")  # noqa: S108 - mkdtemp makes a private folder in it


def _lock_owner_file(folder: Path) -> IO[str]:
    """Lock first, then give the file its name: nobody may ever see an ``owner`` of a living supervisor unlocked."""
    nameless = folder / "owner.new"
    lock = nameless.open("w")
    fcntl.flock(lock, fcntl.LOCK_EX)
    lock.write(f"{os.getpid()}\n")
    lock.flush()
    nameless.rename(folder / "owner")
    return lock


def _remove_abandoned(parent: Path) -> None:
    for folder in parent.glob(f"{PREFIX}*/"):
        if _is_own(folder) and _is_abandoned(folder):
            # Its last processes may be ending right now; what they leave is removed by the start after this one.
            shutil.rmtree(folder, ignore_errors=True)


def _is_own(folder: Path) -> bool:
    """In a shared folder such as /tmp only what this user made is anyone's business here, and never a link."""
    try:
        status = folder.lstat()
    except FileNotFoundError:
        return False
    return stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid()


def _is_abandoned(folder: Path) -> bool:
    try:
        with (folder / "owner").open() as owner:
            fcntl.flock(owner, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
    except (FileNotFoundError, BlockingIOError):
        return False
