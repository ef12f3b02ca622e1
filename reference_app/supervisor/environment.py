"""The environment of the application and of its management commands: made for the run, not inherited.

A variable that happens to be set where the supervisor is started must not decide what is judged, so only what any
Python program needs is passed on; everything else is stated here or given with ``--set``.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

PASSED_ON = frozenset(
    {"PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "PYTHONPATH", "VIRTUAL_ENV", "TZ"}
)
SECRET_BYTES = 48


@dataclass(frozen=True)
class Environment:
    """Variables in four layers; a later one wins."""

    inherited: Mapping[str, str]
    """What any program on this machine needs."""
    private: Mapping[str, str]
    """Secrets, addresses and paths of this run; they say nothing about how the shop is set up."""
    declared: Mapping[str, str]
    """How the shop is set up."""
    changes: Mapping[str, str] = field(default_factory=dict)
    """Given with ``--set`` or by the command ``reconfigure``."""

    def variables(self) -> dict[str, str]:
        """All of them, for a child process."""
        return {**self.inherited, **self.private, **self.declared, **self.changes}

    def with_changes(self, changes: Mapping[str, str | None]) -> "Environment":
        """With these changes on top of the earlier ones; None takes an earlier change back."""
        merged: dict[str, str | None] = {**self.changes, **changes}
        return replace(self, changes={name: value for name, value in merged.items() if value is not None})

    def as_shipped(self) -> "Environment":
        """Without any change."""
        return replace(self, changes={})

    def settings_sha256(self, application: str) -> str:
        """A digest of how the shop is set up, the same in each run that sets it up the same way."""
        settings = {**self.declared, **self.changes, "application": application}
        return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()


def passed_on(variables: Mapping[str, str]) -> dict[str, str]:
    """Of the supervisor's own variables those that children need."""
    return {name: value for name, value in variables.items() if name in PASSED_ON}


def make_secret() -> str:
    """A secret for one run; longer than the 32 bytes that the keys of the shop must have."""
    return secrets.token_urlsafe(SECRET_BYTES)
