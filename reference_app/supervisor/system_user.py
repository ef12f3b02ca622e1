"""The unprivileged account that PostgreSQL runs under when the supervisor is root, because PostgreSQL refuses root."""

import fcntl
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from reference_app.supervisor.failures import StartupError

ACCOUNT = "shopspec"


@dataclass(frozen=True)
class SystemUser:
    """An account of this machine, by number."""

    name: str
    uid: int
    gid: int


def unprivileged_user() -> SystemUser | None:
    """The account for the database: None for an ordinary user, who runs it as themselves.

    As root an account without password, home and shell is made once and kept. Raises ``StartupError`` where that
    is not possible.
    """
    if os.geteuid() != 0:
        return None
    known = _find(ACCOUNT)
    return known if known is not None else _create(ACCOUNT)


def _find(name: str) -> SystemUser | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return SystemUser(name=name, uid=entry.pw_uid, gid=entry.pw_gid)


def _create(name: str) -> SystemUser:
    tool = shutil.which("useradd")
    if tool is None:
        raise StartupError("PostgreSQL does not run as root and useradd is missing: run as an ordinary user")
    # Two supervisors that start at once must not both create it: the second would fail on a name that is taken.
    with Path(__file__).open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        known = _find(name)
        if known is not None:
            return known
        made = subprocess.run(
            [tool, "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", name],
            check=False,
            capture_output=True,
            text=True,
        )
        created = _find(name)
    if created is None:
        reason = made.stderr.strip() or f"code {made.returncode}"
        raise StartupError(f"PostgreSQL does not run as root and the account {name} cannot be created: {reason}")
    return created
