"""Window on a target's log: the structured events that it has written since a moment."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from spec.target.windows import WindowUnusable

POLL_SECONDS: Final = 0.05


@dataclass(frozen=True, slots=True)
class LogFields:
    """How the target names the parts of a request event. Defaults are the reference shop's."""

    event: str = "event"
    request_event: str = "request"
    request_id: str = "request_id"
    method: str = "method"
    route: str = "route"
    status: str = "status"
    duration: str = "duration_ms"
    user: str = "user_id"


@dataclass(frozen=True, slots=True)
class LogPosition:
    """A moment in the log: the bytes that were there."""

    offset: int


@dataclass(frozen=True, slots=True)
class LogWindow:
    """Reads JSON lines from a file that the target's log is written to."""

    path: Path
    fields: LogFields = field(default_factory=LogFields)

    def position(self) -> LogPosition:
        """Now. Raises WindowUnusable where there is no log to read."""
        try:
            return LogPosition(self.path.stat().st_size)
        except OSError as error:
            raise WindowUnusable(f"the target's log {self.path} cannot be read ({error.strerror})") from error

    def lines_since(self, position: LogPosition) -> tuple[str, ...]:
        """All complete lines written since then; all that there are where the log was begun anew. Raises as above."""
        try:
            with self.path.open("rb") as log:
                begun_anew = log.seek(0, os.SEEK_END) < position.offset
                log.seek(0 if begun_anew else position.offset)
                written = log.read()
        except OSError as error:
            raise WindowUnusable(f"the target's log {self.path} cannot be read ({error.strerror})") from error
        # Lines end with a line feed and nothing else: an event may well hold other separators.
        return tuple(line.decode("utf-8", errors="replace").rstrip("\r") for line in written.split(b"\n")[:-1])

    def requests_since(self, position: LogPosition) -> tuple[Mapping[str, object], ...]:
        """The request events written since then, in the log's order; lines that are no JSON object are passed over."""
        events = []
        for line in self.lines_since(position):
            try:
                event = json.loads(line)
            except ValueError:
                continue
            if isinstance(event, dict) and event.get(self.fields.event) == self.fields.request_event:
                events.append(event)
        return tuple(events)

    def wait_for_requests(
        self, position: LogPosition, enough: Callable[[tuple[Mapping[str, object], ...]], bool], seconds: float
    ) -> tuple[Mapping[str, object], ...]:
        """The request events since then, as soon as there are enough, or those that there are after so many seconds.

        A log is written after the answer: without waiting a check would race it.
        """
        deadline = time.monotonic() + seconds
        while True:
            events = self.requests_since(position)
            if enough(events) or time.monotonic() > deadline:
                return events
            time.sleep(POLL_SECONDS)
