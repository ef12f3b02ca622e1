"""The window on a target's log."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest

from spec.target.observations import ObservationKind
from spec.target.recording import Recorder
from spec.target.windows import WindowUnusable
from spec.target.windows.log_window import LogFields, LogPosition, LogWindow


def write(path: Path, *events: object, end: str = "\n") -> None:
    """Append lines."""
    with path.open("a", encoding="utf-8") as log:
        log.write("\n".join(one if isinstance(one, str) else json.dumps(one) for one in events) + end)


def request(number: int) -> dict[str, object]:
    """One request event."""
    return {"event": "request", "request_id": str(number)}


@pytest.fixture
def window(tmp_path: Path) -> LogWindow:
    write(tmp_path / "shop.log", request(0))
    return LogWindow(tmp_path / "shop.log", Recorder())


def test_only_request_events_written_since_a_moment_are_seen_in_their_order(window: LogWindow) -> None:
    moment = window.position()
    assert window.requests_since(moment) == ()
    write(window.path, request(1), "no json", "[1]", {"event": "start"}, request(2))
    assert [event["request_id"] for event in window.requests_since(moment)] == ["1", "2"]
    assert len(window.lines_since(moment)) == 5


def test_a_line_that_is_still_being_written_is_not_seen_before_its_end(window: LogWindow) -> None:
    moment = window.position()
    write(window.path, request(1), end="")
    assert window.lines_since(moment) == ()
    write(window.path, "")
    assert len(window.lines_since(moment)) == 1


def test_separators_inside_an_event_and_bytes_that_are_no_text_do_not_break_it(window: LogWindow) -> None:
    moment = window.position()
    with window.path.open("ab") as log:
        log.write(
            '{"event": "request", "detail": "a\u2028b\x85c"}\r\n'.encode() + b'{"event": "request", "x": "\xff"}\n'
        )
    assert [event.get("detail", event.get("x")) for event in window.requests_since(moment)] == [
        "a\u2028b\x85c",
        "\ufffd",
    ]


def test_a_log_that_was_begun_anew_is_read_from_its_beginning(window: LogWindow) -> None:
    write(window.path, request(1), request(2))
    moment = window.position()
    window.path.write_text("")
    write(window.path, request(3))
    assert [event["request_id"] for event in window.requests_since(moment)] == ["3"]


def test_the_fields_of_another_backend_are_named_by_its_profile(tmp_path: Path) -> None:
    window = LogWindow(tmp_path / "log", Recorder(), LogFields(event="kind", request_event="access"))
    write(window.path, {"kind": "access", "n": 1}, request(2))
    assert [dict(event) for event in window.requests_since(window.position().__class__(0))] == [
        {"kind": "access", "n": 1}
    ]


def test_waiting_ends_as_soon_as_there_are_enough_events_and_at_the_latest_in_time(window: LogWindow) -> None:
    moment = window.position()
    writer = threading.Timer(0.2, write, (window.path, request(1)))
    writer.start()
    assert len(window.wait_for_requests(moment, lambda events: len(events) >= 1, 20)) == 1
    writer.join()
    assert len(window.wait_for_requests(moment, lambda events: len(events) >= 2, 0.1)) == 1


def test_a_log_that_cannot_be_read_is_a_window_that_cannot_be_used(tmp_path: Path, window: LogWindow) -> None:
    moment = window.position()
    window.path.unlink()
    for look in (window.position, lambda: window.lines_since(moment)):
        with pytest.raises(WindowUnusable, match=r"shop\.log cannot be read \(No such file or directory\)$"):
            look()


def test_lines_are_observed_once_and_nulled_where_that_is_asked_for(tmp_path: Path) -> None:
    write(tmp_path / "shop.log", request(0))
    for nulled, seen in ((None, 1), (ObservationKind.LOG_LINES, 0)):
        recorder = Recorder(nulled)
        window = LogWindow(tmp_path / "shop.log", recorder)
        # Waiting looks often, and shows the check what it saw last.
        assert len(window.wait_for_requests(LogPosition(0), bool, 5)) == seen
        assert recorder.count == 1
        assert len(window.requests_since(LogPosition(0))) == seen
        assert recorder.kinds == {ObservationKind.LOG_LINES}
