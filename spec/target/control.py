"""Power over a target's services, as far as it is granted: by the control protocol, or by commands of the profile."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol


class Service(StrEnum):
    """What a shop stands on, and itself."""

    DATABASE = "database"
    CACHE = "cache"
    COUNTERS = "counters"
    APPLICATION = "application"


class ControlFailed(Exception):  # noqa: N818 - the name says it
    """A service could not be stopped or started. The harness' means failed, not the target."""


class Control(Protocol):
    """Stops and starts services. Each call returns when it is done, or raises ControlFailed."""

    def stop(self, service: Service) -> None:
        """Stop the service; returns when it no longer runs."""

    def start(self, service: Service) -> None:
        """Start the service; returns when it accepts connections."""


class CommandControl:
    """Control by commands that the profile names ("stop database", "start database", …)."""

    def __init__(self, commands: Mapping[str, str], timeout_seconds: float = 60.0) -> None:
        self._commands = commands
        self._timeout = timeout_seconds

    def stop(self, service: Service) -> None:
        """Run the profile's command "stop <service>"."""
        self._run(f"stop {service}")

    def start(self, service: Service) -> None:
        """Run the profile's command "start <service>"."""
        self._run(f"start {service}")

    def _run(self, name: str) -> None:
        if name not in self._commands:
            raise ControlFailed(f"the profile names no command {name!r}")
        command = shlex.split(self._commands[name])
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=self._timeout, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise ControlFailed(f"command {name!r} of the profile failed: {error}") from error
        if done.returncode != 0:
            raise ControlFailed(f"command {name!r} of the profile exited with {done.returncode}: {done.stderr[-300:]}")
