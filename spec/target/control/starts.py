"""Starts of a target by the run itself: launched, reconfigured for the next block, ended."""

from __future__ import annotations

import shlex
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from reports.strict_model import InvalidContent
from spec.target.control.ready_message import ReadyMessage, read_ready_message
from spec.target.control.services import ControlFailed, Service
from spec.target.control.supervised import StartFailed, Supervised, SupervisedControl
from spec.target.exchange import Request
from spec.target.observations import StartAttempt
from spec.target.windows import WindowUnusable

if TYPE_CHECKING:
    from spec.target.profile.profile_model import StartTable

PROVOKE: Final = "provoke"
SPARES: Final = 1
"""Idle starts that are kept: blocks follow each other far more often than they are nested."""


class StartedTarget:
    """One start: its process, its announcement, and the settings that it has now."""

    def __init__(self, supervised: Supervised, ready: ReadyMessage, settings: Mapping[str, str]) -> None:
        self.supervised = supervised
        self.ready = ready
        self.settings = dict(settings)
        self.identity = ready.known_identity
        self.pids = dict(ready.windows.processes.pids) if ready.windows.processes else {}
        self.is_broken = False
        self.control = SupervisedControl(supervised, self.pids)

    def break_for_good(self) -> None:
        """Note that something was broken that no block mends: the start is not used for another one."""
        self.is_broken = True

    def provoke(self) -> Request:
        """Have the target's command `provoke` break something, so that a request fails unhandled; return that request.

        The command names it on the last line of its output. Raises WindowUnusable where it does not.
        """
        announced = self.ready.windows.commands
        if announced is None or PROVOKE not in announced.names:
            raise WindowUnusable(f"the target offers no command {PROVOKE!r}, which makes a request fail")
        said = self.control.run(PROVOKE, ())
        method, _, path = (said.output.strip().splitlines() or [""])[-1].partition(" ")
        if said.exit_code != 0 or not path.startswith("/"):
            told = said.errors.strip() or said.output.strip() or "nothing"
            raise WindowUnusable(f"the target's command {PROVOKE!r} named no request that fails: it said {told[-200:]}")
        return Request(method, path, operation="a request that fails unhandled")

    def reconfigure(self, settings: Mapping[str, str]) -> None:
        """Restart the application with these settings and no other ones. Raises ControlFailed."""
        gone: dict[str, str | None] = dict.fromkeys(self.settings.keys() - settings.keys())
        answer = self.supervised.command("reconfigure", set={**gone, **settings})
        self.settings = dict(settings)
        identity, pid = answer.get("identity"), answer.get("pid")
        if isinstance(identity, dict):
            self.identity = {name: str(value) for name, value in identity.items() if value is not None}
        if isinstance(pid, int) and Service.APPLICATION in self.pids:
            self.pids[Service.APPLICATION] = pid

    def end(self) -> None:
        """End the process and everything that it has started."""
        self.supervised.stop()


class Starts:
    """Starts one target as often as it is asked to. Thread-safe; close it when the run is over."""

    def __init__(self, plan: StartTable, progress: Callable[[str], None]) -> None:
        self._plan = plan
        self._progress = progress
        self._alive: list[StartedTarget] = []
        self._spares: list[StartedTarget] = []
        self._lock = threading.Lock()

    def variables(self, settings: Mapping[str, str | None]) -> dict[str, str | None]:
        """Translate settings, None for one that is missing, into variables. Raises WindowUnusable as `environment`."""
        names = self.environment(False, dict.fromkeys(settings, ""))
        return dict(zip(names, settings.values(), strict=True))

    def environment(self, roomy: bool, settings: Mapping[str, str]) -> dict[str, str]:
        """Translate settings, as checks call them, into the target's environment variables.

        Raises WindowUnusable where the profile names no variable for one of them.
        """
        known = self._plan.settings
        for name in settings:
            if name not in known:
                raise WindowUnusable(f"the profile's [start.settings] names no variable for {name!r}")
        return {**(self._plan.roomy if roomy else {}), **{known[name]: value for name, value in settings.items()}}

    def launch(self, environment: Mapping[str, str], removed: Sequence[str] = ()) -> StartedTarget:
        """Start the target with these variables, and without those removed. Raises StartFailed."""
        supervised = Supervised(
            self._plan.command,
            settings=environment,
            removed=removed,
            ready_within_seconds=self._plan.ready_within_seconds,
            progress=self._progress,
        )
        try:
            ready = read_ready_message(supervised.ready)
        except InvalidContent as error:
            supervised.stop()
            raise StartFailed(str(error)) from error
        start = StartedTarget(supervised, ready, environment)
        with self._lock:
            self._alive.append(start)
        return start

    def borrow(self, environment: Mapping[str, str]) -> StartedTarget:
        """Take the idle start and give it these settings, or launch one. Raises StartFailed."""
        with self._lock:
            spare = self._spares.pop() if self._spares else None
        if spare is not None:
            try:
                spare.reconfigure(environment)
            except ControlFailed:
                # It cannot be reconfigured, or not to this. A start from the beginning tells which.
                self.end(spare)
            else:
                return spare
        return self.launch(environment)

    def give_back(self, start: StartedTarget) -> None:
        """Keep the start for the next block where it is whole, and end it otherwise."""
        with self._lock:
            is_kept = not start.is_broken and len(self._spares) < SPARES
            if is_kept:
                self._spares.append(start)
        if not is_kept:
            self.end(start)

    def end(self, start: StartedTarget) -> None:
        """End a start."""
        with self._lock:
            self._alive.remove(start)
        start.end()

    def attempt(self, variables: Mapping[str, str | None]) -> StartAttempt:
        """Try to start the target with these variables, None for one that it is not to have.

        One that comes up is ended at once. The words by which it was started are taken out of what it said: a target
        that repeats them has named nothing.
        """
        options = [f"--unset {name}" if value is None else f"--set {name}={value}" for name, value in variables.items()]
        words = [part.replace("{python}", sys.executable) for part in self._plan.command]
        for option in options:
            words += option.split(" ", 1)
        command, began = shlex.join(words), time.monotonic()
        given = {name: value for name, value in variables.items() if value is not None}
        removed = tuple(name for name, value in variables.items() if value is None)
        try:
            start = self.launch(given, removed)
        except StartFailed as error:
            said = error.said or str(error)
            for option in options:
                said = said.replace(option, "")
            return StartAttempt(command, False, error.exit_code, said, time.monotonic() - began)
        seconds = time.monotonic() - began
        self.end(start)
        return StartAttempt(command, True, None, "", seconds)

    def close(self) -> None:
        """End every start that is left, all of them at once."""
        with self._lock:
            left = list(self._alive)
            self._alive.clear()
            self._spares.clear()
        for start in left:
            start.supervised.begin_to_stop()
        for start in left:
            start.end()
