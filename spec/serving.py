"""`python -m spec.serving`: starts the target of a profile and keeps it up, for people and for single checks.

Beside the addresses it leaves a profile of the running target, so that `nox -s check -- SHOP-001 --target FILE` takes
seconds: nothing has to be started for it.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from reports.results import write_atomically
from spec.catalogue import CatalogueError, load_catalogue
from spec.commandline import REFERENCE, WRONG_USE
from spec.lifeline import interrupt_on_signals, interrupt_when_orphaned
from spec.runfolder import PROJECT
from spec.target.profile import Profile, ProfileError, read_profile
from spec.target.supervised import StartFailed, Supervised

UNREACHABLE = 4
PASSWORD_VARIABLE = "STAFF_PASSWORD"  # noqa: S105 - the name of a variable
GRANTED_WHEN_RUNNING = ("admin", "https", "db", "cache", "logs")
"""What a target that runs already still grants; starting it anew and stopping its services are the server's."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until Ctrl-C."""
    given = _parser().parse_args(arguments)
    try:
        chapters = tuple(chapter.id for chapter in load_catalogue().chapters)
        profile = read_profile(given.target, chapters)
        if profile.start is None:
            raise ProfileError(f"{profile.path}: only a profile with [start] can be served")
    except (CatalogueError, ProfileError) as error:
        _say(f"serve: {error}")
        return WRONG_USE
    interrupt_on_signals()
    interrupt_when_orphaned()
    options = ["--port", str(given.port), "--products", str(given.products)]
    try:
        supervised = Supervised(
            (*profile.start.command, *options),
            settings=profile.start.roomy if given.roomy else {},
            ready_within_seconds=profile.start.ready_within_seconds,
            progress=_say,
        )
    except StartFailed as error:
        _say(f"serve: {error}")
        return UNREACHABLE
    except KeyboardInterrupt:
        return 0
    written = given.profile
    try:
        write_atomically(written, _running_profile(profile, supervised.ready).encode())
        written.chmod(0o600)
        _announce(supervised.ready, profile, written)
        while not supervised.wait(1.0):
            pass
        _say("serve: the target has ended by itself")
        return UNREACHABLE
    except KeyboardInterrupt:
        return 0
    finally:
        written.unlink(missing_ok=True)
        supervised.stop()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m spec.serving", description="Start the target and keep it up.")
    parser.add_argument(
        "--target", type=Path, default=REFERENCE, metavar="FILE", help="profile (default: the reference)"
    )
    parser.add_argument("--port", type=int, default=8443, metavar="N", help="port (default 8443; 0 for a free one)")
    parser.add_argument("--products", type=int, default=1000, metavar="N", help="how many products (default 1000)")
    parser.add_argument("--roomy", action="store_true", help="with the limits out of the way")
    parser.add_argument(
        "--profile",
        type=Path,
        default=PROJECT / "reports" / "runs" / "serving.toml",
        metavar="FILE",
        help="where to leave the profile of the running target",
    )
    return parser


def _running_profile(profile: Profile, ready: Mapping[str, object]) -> str:
    staff, logs = (value if isinstance(value, dict) else {} for value in (ready.get("staff"), ready.get("logs")))
    windows = {
        "staff_email": staff.get("email"),
        "staff_password_variable": PASSWORD_VARIABLE if staff else None,
        "database_url": ready.get("database_url"),
        "database_log": logs.get("database"),
        "cache_url": ready.get("cache_url"),
        "log_file": logs.get("application"),
    }
    capabilities = [one for one in GRANTED_WHEN_RUNNING if one in profile.capabilities]
    lines = [
        "# The target that `nox -s serve` keeps up; gone when it ends.",
        "schema_version = 1",
        f"name = {_quoted(f'{profile.name} (running)')}",
        "[address]",
        f"base_url = {_quoted(ready['base_url'])}",
        *([f"ca_certificate = {_quoted(ready['ca_certificate'])}"] if ready.get("ca_certificate") else []),
        "[claims]",
        f"chapters = [{', '.join(map(_quoted, sorted(profile.chapters)))}]",
        f"capabilities = [{', '.join(map(_quoted, capabilities))}]",
        "[effects]",
        f"allowed = [{', '.join(_quoted(str(one)) for one in sorted(profile.effects))}]",
        "[windows]",
        *(f"{name} = {_quoted(value)}" for name, value in windows.items() if value),
        "[policies]",
        *(f"{name} = {_quoted(value)}" for name, value in profile.policies.items()),
    ]
    return "\n".join(lines) + "\n"


def _quoted(value: object) -> str:
    if isinstance(value, int | float):
        return str(value)
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _announce(ready: Mapping[str, object], profile: Profile, written: Path) -> None:
    base_url, staff = str(ready["base_url"]), ready.get("staff")
    shown = os.path.relpath(written)
    _say(f"{profile.name} is up; Ctrl-C ends it")
    _say(f"  shop           {base_url}")
    if ready.get("ca_certificate"):
        _say(f"  certificate    {ready['ca_certificate']}")
    if isinstance(staff, dict):
        _say(f"  staff          {staff.get('email')}  {staff.get('password')}")
        _say(f"  one check      {PASSWORD_VARIABLE}={staff.get('password')} nox -s check -- SHOP-001 --target {shown}")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201 - what a person at the terminal reads


if __name__ == "__main__":
    sys.exit(main())
