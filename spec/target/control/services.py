"""Power over a target's services, as far as it is granted: by the control protocol, or by commands of the profile."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from enum import StrEnum
from typing import Final, Protocol

from spec.target.control.commands import run_command
from spec.target.windows import WindowUnusable


class Service(StrEnum):
    """The parts that a shop stands on, and the shop's own application."""

    DATABASE = "database"
    CACHE = "cache"
    COUNTERS = "counters"
    APPLICATION = "application"


RECOVERY_SECONDS: Final = 30.0
"""Seconds in which a target recovers whose profile declares no `recovery_time`."""


class ControlFailed(WindowUnusable):
    """A service could not be stopped or started. The harness' means failed, not the target."""


class NotRestored(Exception):
    """A service that a check had stopped could not be started again: nothing that follows speaks of the target."""

    def __init__(self, service: Service, cause: Exception) -> None:
        super().__init__(f"the {service} could not be started again: {cause}")


class ServiceControl(Protocol):
    """Stops and starts, suspends and resumes services. Each call returns when it is done, and raises ControlFailed."""

    def stop(self, service: Service) -> None:
        """Stop the service; return when it no longer runs."""

    def start(self, service: Service) -> None:
        """Start the service; return when it accepts connections."""

    def suspend(self, service: Service) -> None:
        """Suspend every process of the service: it accepts connections and answers nothing."""

    def resume(self, service: Service) -> None:
        """Let the service go on."""


class Services:
    """The services of one shop, as checks break them: always in a block, at whose end everything runs again."""

    def __init__(
        self,
        control: ServiceControl,
        on_loss: Callable[[], None] = lambda: None,
        *,
        recovery_seconds: float = RECOVERY_SECONDS,
    ) -> None:
        self._control = control
        self._on_loss = on_loss
        self._troubled: frozenset[Service] = frozenset()
        self._recovery_seconds = recovery_seconds
        self._returned: dict[Service, float] = {}

    @property
    def troubled(self) -> frozenset[Service]:
        """The services that are stopped or suspended at the moment, or may be."""
        return self._troubled

    @property
    def recovering(self) -> frozenset[Service]:
        """The services that run again for no longer than the target may take to recover."""
        now = time.monotonic()
        return frozenset(one for one, moment in self._returned.items() if now - moment <= self._recovery_seconds)

    @contextmanager
    def stopped(self, *services: Service) -> Iterator[None]:
        """Stop the services in this order for the length of a block, and start them in the opposite order.

        Whatever happens inside, and even where a stop fails, which may have taken effect all the same. Raises
        ControlFailed where one cannot be stopped, NotRestored where one cannot be started again.
        """
        with self._restored(services, self._control.start):
            for service in services:
                self._control.stop(service)
            yield

    @contextmanager
    def hanging(self, *services: Service) -> Iterator[None]:
        """Suspend the services for the length of a block: they accept connections, and answer nothing."""
        with self._restored(services, self._control.resume):
            for service in services:
                self._control.suspend(service)
            yield

    @contextmanager
    def _restored(self, services: tuple[Service, ...], restore: Callable[[Service], None]) -> Iterator[None]:
        lost: list[NotRestored] = []
        before = self._troubled

        def attempt(service: Service) -> None:
            try:
                restore(service)
            except Exception as error:  # noqa: BLE001 - whatever it is, the service is lost, and the others are not yet
                lost.append(NotRestored(service, error))

        self._troubled = before.union(services)
        try:
            # A stack calls every one of them, the last first, even where a signal interrupts one.
            with ExitStack() as stack:
                for service in services:
                    stack.callback(attempt, service)
                yield
        finally:
            self._returned = {**self._returned, **dict.fromkeys(services, time.monotonic())}
            self._troubled = before
            if lost:
                self._on_loss()
                raise lost[0]


class ProfileServiceControl:
    """Control by commands that the profile names ("stop database", "start database", …)."""

    def __init__(self, commands: Mapping[str, str]) -> None:
        self._commands = commands

    def stop(self, service: Service) -> None:
        """Run the profile's command "stop <service>"."""
        self._run(f"stop {service}")

    def start(self, service: Service) -> None:
        """Run the profile's command "start <service>"."""
        self._run(f"start {service}")

    def suspend(self, service: Service) -> None:
        """Run the profile's command "suspend <service>"."""
        self._run(f"suspend {service}")

    def resume(self, service: Service) -> None:
        """Run the profile's command "resume <service>"."""
        self._run(f"resume {service}")

    def _run(self, name: str) -> None:
        if name not in self._commands:
            raise ControlFailed(f"the profile's [services] names no command {name!r}")
        try:
            done = run_command(self._commands[name])
        except WindowUnusable as error:
            raise ControlFailed(f"command {name!r} of the profile failed: {error}") from error
        if done.exit_code != 0:
            said = done.errors[-300:]
            raise ControlFailed(f"command {name!r} of the profile exited with {done.exit_code}: {said}")
