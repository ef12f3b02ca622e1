"""Window on a target's log: the structured events that it has written since a moment."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from reports.strict_model import StrictModel
from spec.catalogue import Need
from spec.target.observations import LogLines
from spec.target.recording import Recorder
from spec.target.windows import WindowUnusable
from spec.target.windows.option_types import FilePath, FilledText
from spec.target.windows.window import Window, WindowContext

POLL_SECONDS: Final = 0.05
DurationUnit: TypeAlias = Literal["seconds", "milliseconds", "microseconds", "nanoseconds"]
SECONDS: Final[Mapping[DurationUnit, float]] = MappingProxyType(
    {"seconds": 1.0, "milliseconds": 1e-3, "microseconds": 1e-6, "nanoseconds": 1e-9}
)
"""The length of each unit in seconds."""


class LogFields(StrictModel):
    """The names that a target gives to the parts of a request event. The defaults are the reference shop's."""

    event: FilledText = "event"
    """Member that names the kind of an event."""
    request_event: FilledText = "request"
    """Its value for the event that every request leaves."""
    request_id: FilledText = "request_id"
    """Member with the id of the request."""
    method: FilledText = "method"
    """Member with the method."""
    route: FilledText = "route"
    """Member with the route: the path with its parameters by name."""
    status: FilledText = "status"
    """Member with the status of the answer."""
    duration: FilledText = "duration_ms"
    """Member with the time that the answer took."""
    duration_unit: DurationUnit = "milliseconds"
    """The unit of that time."""
    user: FilledText = "user_id"
    """Member with the account of the caller."""

    @property
    def seconds_of_unit(self) -> float:
        """The length of the unit of durations, in seconds."""
        return SECONDS[self.duration_unit]


class LogOptions(LogFields):
    """The application's log, one JSON object on each line."""

    file: FilePath
    """The file that the log is written to."""


@dataclass(frozen=True, slots=True)
class LogPosition:
    """A moment in the log: the bytes that were there."""

    offset: int


@dataclass(frozen=True, slots=True)
class LogWindow:
    """Reads JSON lines from a file that the target's log is written to."""

    path: Path
    recorder: Recorder
    fields: LogFields = field(default_factory=LogFields)

    def position(self) -> LogPosition:
        """Return the present moment. Raises WindowUnusable where there is no log to read."""
        try:
            return LogPosition(self.path.stat().st_size)
        except OSError as error:
            raise self._unreadable(error) from error

    def lines_since(self, position: LogPosition) -> tuple[str, ...]:
        """Return the complete lines written since then; all lines where the log has become shorter. Raises as above."""
        return self._observed(self._read(position))

    def requests_since(self, position: LogPosition) -> tuple[Mapping[str, object], ...]:
        """Return the request events written since then, in order. A line that is no JSON object is skipped."""
        return self._requests(self.lines_since(position))

    def wait_for_requests(
        self, position: LogPosition, enough: Callable[[tuple[Mapping[str, object], ...]], bool], seconds: float
    ) -> tuple[Mapping[str, object], ...]:
        """Return the request events since then as soon as there are enough, or those after so many seconds.

        A log is written after the answer: without waiting a check would race it.
        """
        deadline = time.monotonic() + seconds
        while True:
            lines = self._read(position)
            if enough(self._requests(lines)) or time.monotonic() > deadline:
                return self._requests(self._observed(lines))
            time.sleep(POLL_SECONDS)

    def _read(self, position: LogPosition) -> tuple[str, ...]:
        try:
            with self.path.open("rb") as log:
                is_shorter = log.seek(0, os.SEEK_END) < position.offset
                log.seek(0 if is_shorter else position.offset)
                written = log.read()
        except OSError as error:
            raise self._unreadable(error) from error
        # Lines end with a line feed and nothing else: an event may well hold other separators.
        return tuple(line.decode("utf-8", errors="replace").rstrip("\r") for line in written.split(b"\n")[:-1])

    def _observed(self, lines: tuple[str, ...]) -> tuple[str, ...]:
        return self.recorder.observe(LogLines(self.path.name, lines)).lines

    def _requests(self, lines: Sequence[str]) -> tuple[Mapping[str, object], ...]:
        return tuple(
            event for event in _objects(lines) if event.get(self.fields.event) == self.fields.request_event
        )  # fmt: skip

    def _unreadable(self, error: OSError) -> WindowUnusable:
        return WindowUnusable(f"the target's log {self.path} cannot be read ({error.strerror})")


def _objects(lines: Sequence[str]) -> Iterator[Mapping[str, object]]:
    for line in lines:
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if isinstance(event, dict):
            yield event


def open_log(options: LogOptions, context: WindowContext) -> LogWindow:
    """Open the window; the file is read when events are asked for."""
    return LogWindow(options.file, context.recorder, options)


LOGS = Window(
    name="logs", shows="events of requests, one JSON object on each line", need=Need.LOGS, options=LogOptions,
    open=open_log,
)  # fmt: skip
