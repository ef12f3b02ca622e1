"""The profile of a target that was started and is kept up: its own, with what it has announced as windows."""

from __future__ import annotations

from typing import Any, Final

import tomli_w
from pydantic import SecretStr

from reports.strict_model import StrictModel
from spec.catalogue import Need
from spec.target.control.ready_message import ReadyMessage
from spec.target.profile.profile_model import BY_NEED, SCHEMA_VERSION, Profile
from spec.target.windows.option_types import secret_url
from spec.target.windows.registry import REGISTRY

HEAD: Final = "# The target that `nox -s serve` keeps up; gone when it ends.\n"
OWN: Final = ("adapter", "statuses", "accounts", "effects", "policies", "load", "timeout_seconds")
"""Parts that are the same while it runs. How it is started, stopped and changed is the server's own business."""


def running_profile(profile: Profile, ready: ReadyMessage) -> tuple[str, dict[str, str]]:
    """Write the profile, and list the environment variables that it takes: its secrets, which no profile holds."""
    secrets: dict[str, str] = {}
    windows = {name: _announced(name, options, secrets) for name, options in ready.options.items()}
    address = {
        "base_url": ready.base_url,
        "ca_certificate": str(ready.ca_certificate) if ready.ca_certificate else None,
    }
    content = {
        "schema_version": SCHEMA_VERSION,
        "name": f"{profile.name} (running)",
        **_own(profile),
        "address": {key: value for key, value in address.items() if value is not None},
        "claims": {"chapters": sorted(profile.chapters), "capabilities": _still_granted(profile, ready)},
        "windows": windows,
    }
    return HEAD + tomli_w.dumps(content), secrets


def _own(profile: Profile) -> dict[str, Any]:
    content = profile.model_dump(mode="json", by_alias=True, exclude_unset=True)
    own = {key: value for key, value in content.items() if key in OWN}
    if "effects" in own:
        own["effects"] = {"allowed": sorted(profile.effects)}
    return own


def _still_granted(profile: Profile, ready: ReadyMessage) -> list[str]:
    """List the claims that hold without the power to start it: HTTPS, announced windows, and what this machine has."""
    announced = {window.need for window in REGISTRY if window.name in ready.options}
    kept = {str(need) for need in {Need.HTTPS, *announced, *BY_NEED} if need}
    return sorted(one for one in profile.capabilities if one in kept or ":" in one)


def _announced(name: str, options: StrictModel, secrets: dict[str, str]) -> dict[str, Any]:
    table: dict[str, Any] = {}
    for option, field in type(options).model_fields.items():
        value = getattr(options, option)
        if value is None or option not in options.model_fields_set:
            continue
        if not isinstance(value, SecretStr):
            table[option] = str(value)
        elif secret_url(field):
            # A URL may stand in a profile; this one is its owner's alone to read.
            table[option] = value.get_secret_value()
        else:
            variable = f"{name}_{option}".upper()
            secrets[variable] = value.get_secret_value()
            table[option] = {"variable": variable}
    return table
