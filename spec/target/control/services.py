"""Power over a target's services, as far as it is granted: by the control protocol, or by commands of the profile."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol

from spec.target.windows import WindowUnusable


class Service(StrEnum):
    """What a shop stands on, and itself."""

    DATABASE = "database"
    CACHE = "cache"
    COUNTERS = "counters"
    APPLICATION = "application"


class ControlFailed(WindowUnusable):
    """A service could not be stopped or started. The harness' means failed, not the target."""


class NotRestored(Exception):  # noqa: N818 - the name says it
    """A service that a check had stopped could not be started again: nothing that follows speaks of the target."""

    def __init__(self, service: Service, cause: ControlFailed) -> None:
        super().__init__(f"the {service} could not be started again: {cause}")


class Control(Protocol):
    """Stops and starts services. Each call returns when it is done."""

    def stop(self, service: Service) -> None:
        """Stop the service; returns when it no longer runs. Raises ControlFailed."""

    def start(self, service: Service) -> None:
        """Start the service; returns when it accepts connections. Raises NotRestored."""


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
        try:
            self._run(f"start {service}")
        except ControlFailed as error:
            raise NotRestored(service, error) from error

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
