"""Power over a target's single processes: kill a worker, kill a service, renew the workers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Protocol

from spec.target.control.commands import run_command
from spec.target.control.services import ControlFailed, Service
from spec.target.windows import WindowUnusable


class ProcessControl(Protocol):
    """Ends and renews processes. Each call returns the process ids that show its effect, one at least.

    Raises ControlFailed where it fails and where no process ids are told.
    """

    def kill_worker(self) -> tuple[int, ...]:
        """Kill one worker of the application."""

    def kill_workers(self) -> tuple[int, ...]:
        """Kill every worker of the application."""

    def kill(self, service: Service) -> tuple[int, ...]:
        """Kill every process of a service."""

    def reload(self) -> tuple[int, ...]:
        """Renew the application's workers."""


class Processes:
    """The processes of one shop, as checks kill and renew them."""

    def __init__(
        self,
        control: ProcessControl,
        *,
        pids: Mapping[Service, int] | None = None,
        on_loss: Callable[[], None] = lambda: None,
    ) -> None:
        self._control = control
        self._on_loss = on_loss
        self.pids: Mapping[Service, int] = pids or {}
        """Process ids of the services, as the target announced them; the application's is its workers' parent."""

    def kill_worker(self) -> tuple[int, ...]:
        """Kill one worker with SIGKILL; the application replaces it by itself. Raises ControlFailed."""
        return self._control.kill_worker()

    def kill_workers(self) -> tuple[int, ...]:
        """Kill every worker with SIGKILL; the application replaces them by itself. Raises ControlFailed."""
        return self._control.kill_workers()

    def kill(self, service: Service) -> tuple[int, ...]:
        """Kill every process of a service with SIGKILL. The start is not used again. Raises ControlFailed."""
        self._on_loss()
        return self._control.kill(service)

    def reload(self) -> tuple[int, ...]:
        """Renew the application's workers in good order; return when all of them are new. Raises ControlFailed."""
        return self._control.reload()


class ProfileProcessControl:
    """Control by commands that the profile names ("kill worker", "reload", …) and that print process ids."""

    def __init__(self, commands: Mapping[str, str]) -> None:
        self._commands = commands

    def kill_worker(self) -> tuple[int, ...]:
        """Run the profile's command "kill worker"; return the ids of the new workers."""
        return self._run("kill worker", "a worker was replaced")

    def kill_workers(self) -> tuple[int, ...]:
        """Run the profile's command "kill workers"; return the ids of the new workers."""
        return self._run("kill workers", "a worker was replaced")

    def kill(self, service: Service) -> tuple[int, ...]:
        """Run the profile's command "kill <service>"; return the ids of the processes that it killed."""
        return self._run(f"kill {service}", "a process was killed")

    def reload(self) -> tuple[int, ...]:
        """Run the profile's command "reload"; return the ids of the new workers."""
        return self._run("reload", "a worker was replaced")

    def _run(self, name: str, effect: str) -> tuple[int, ...]:
        if name not in self._commands:
            raise ControlFailed(f"the profile's [processes] names no command {name!r}")
        try:
            done = run_command(self._commands[name])
        except WindowUnusable as error:
            raise ControlFailed(f"command {name!r} of the profile failed: {error}") from error
        if done.exit_code != 0:
            raise ControlFailed(f"command {name!r} of the profile exited with {done.exit_code}: {done.errors[-300:]}")
        words = done.output.split()
        if not words:
            raise ControlFailed(f"the command {name!r} printed no process ids, so nothing shows that {effect}")
        for word in words:
            if not re.fullmatch("[1-9][0-9]{0,9}", word):
                raise ControlFailed(
                    f"the command {name!r} has to print process ids and nothing else, not {word[:80]!r}"
                )
        return tuple(map(int, words))
