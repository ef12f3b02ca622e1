"""`python -m spec.serving`: starts the target of a profile and keeps it up, for people and for single checks.

Beside the addresses it leaves a profile of the running target, so that `nox -s check -- SHOP-001 --target FILE` takes
seconds: nothing has to be started for it.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from reports.results import write_atomically
from spec.catalogue import CatalogueError, load_catalogue
from spec.commandline import REFERENCE, WRONG_USE
from spec.lifeline import interrupt_on_signals, interrupt_when_orphaned
from spec.runfolder import PROJECT
from spec.target.profile import Profile, ProfileError
from spec.target.profile_reading import read_profile
from spec.target.supervised import StartFailed, Supervised

UNREACHABLE = 4
PASSWORD_VARIABLE = "STAFF_PASSWORD"  # noqa: S105 - the name of a variable
GRANTED_WHEN_RUNNING = {
    "admin": "staff_email", "https": None, "db": "database_url", "cache": "cache_url", "logs": "log_file",
}  # fmt: skip
"""What a target that runs already still grants, and by which window; starting and stopping it are the server's."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until Ctrl-C."""
    given = _parser().parse_args(arguments)
    try:
        profile = read_profile(given.target, load_catalogue())
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
        _keep_password(supervised.ready, written)
        _announce(supervised.ready, profile, written)
        while not supervised.wait(1.0):
            pass
        _say("serve: the target has ended by itself")
        return UNREACHABLE
    except KeyboardInterrupt:
        return 0
    finally:
        written.unlink(missing_ok=True)
        _password_file(written).unlink(missing_ok=True)
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
    """The profile of a target that runs already: what was claimed, as far as the running target grants it."""
    staff, logs = (value if isinstance(value, dict) else {} for value in (ready.get("staff"), ready.get("logs")))
    windows = {
        "staff_email": staff.get("email"),
        "staff_password_variable": PASSWORD_VARIABLE if staff else None,
        "database_url": ready.get("database_url"),
        "database_log": logs.get("database"),
        "cache_url": ready.get("cache_url"),
        "log_file": logs.get("application"),
    }
    granted = [one for one, key in GRANTED_WHEN_RUNNING.items() if key is None or windows[key]]
    tables: dict[str, Mapping[str, object]] = {
        "address": {"base_url": ready["base_url"], "ca_certificate": ready.get("ca_certificate")},
        "adapter": {"module": profile.adapter_module},
        "adapter.paths": profile.adapter_paths,
        "claims": {
            "chapters": sorted(profile.chapters),
            "capabilities": [one for one in granted if one in profile.capabilities],
        },
        "effects": {"allowed": sorted(map(str, profile.effects))},
        "windows": windows,
        "log_fields": profile.log_fields,
        "policies": profile.policies,
    }
    lines = [
        "# The target that `nox -s serve` keeps up; gone when it ends.",
        "schema_version = 1",
        f"name = {_quoted(f'{profile.name} (running)')}",
        f"timeout_seconds = {profile.timeout_seconds}",
    ]
    for name, members in tables.items():
        lines += [f"[{name}]", *(f"{_quoted(key)} = {_quoted(one)}" for key, one in members.items() if one is not None)]
    return "\n".join(lines) + "\n"


def _quoted(value: object) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_quoted(key)} = {_quoted(one)}" for key, one in value.items()) + " }"
    # What JSON writes of texts, numbers, true, false and lists of them is TOML too, but for one control character.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _password_file(profile: Path) -> Path:
    return profile.with_suffix(".password")


def _keep_password(ready: Mapping[str, object], profile: Path) -> None:
    """Leave the staff's password in a file that only its owner reads: a terminal's history is no place for it."""
    staff = ready.get("staff")
    if isinstance(staff, dict):
        file = _password_file(profile)
        file.touch(mode=0o600)
        file.chmod(0o600)
        file.write_text(f"{staff.get('password')}\n", encoding="utf-8")


def _announce(ready: Mapping[str, object], profile: Profile, written: Path) -> None:
    base_url, staff = str(ready["base_url"]), ready.get("staff")
    shown = os.path.relpath(written)
    _say(f"{profile.name} is up; Ctrl-C ends it")
    _say(f"  shop           {base_url}")
    if ready.get("ca_certificate"):
        _say(f"  certificate    {ready['ca_certificate']}")
    if isinstance(staff, dict):
        password = os.path.relpath(_password_file(written))
        _say(f"  staff          {staff.get('email')}, the password is in {password}")
        _say(f"  one check      {PASSWORD_VARIABLE}=$(cat {password}) nox -s check -- SHOP-001 --target {shown}")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201 - what a person at the terminal reads


if __name__ == "__main__":
    sys.exit(main())
