"""LOG-001: an event that is one too many is seen although it comes late."""

from __future__ import annotations

import json
import threading
from pathlib import Path

from spec.checks.log.test_events import read_when_quiet
from spec.target.recording import Recorder
from spec.target.windows.log_window import LogWindow


def write(path: Path, *ids: str) -> None:
    """Append request events with these ids."""
    with path.open("a", encoding="utf-8") as log:
        log.writelines(json.dumps({"event": "request", "request_id": one}) + "\n" for one in ids)


def test_an_event_that_is_written_again_later_is_counted(tmp_path: Path) -> None:
    window = LogWindow(tmp_path / "shop.log", Recorder())
    write(window.path, "before")
    position = window.position()
    write(window.path, "a", "b")
    again = threading.Timer(0.3, write, (window.path, "a"))
    again.start()
    events = read_when_quiet(window, position, {"a", "b"})
    again.join()
    assert [event["request_id"] for event in events] == ["a", "b", "a"]


def test_events_of_other_requests_are_not_waited_for(tmp_path: Path) -> None:
    window = LogWindow(tmp_path / "shop.log", Recorder())
    write(window.path, "before")
    position = window.position()
    write(window.path, "a")
    over = threading.Event()

    def chatter() -> None:
        while not over.wait(0.05):
            write(window.path, "somebody else")

    others = threading.Thread(target=chatter)
    others.start()
    events = read_when_quiet(window, position, {"a"})
    over.set()
    others.join()
    assert [event["request_id"] for event in events] == ["a"]
