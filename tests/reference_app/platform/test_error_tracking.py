"""Error tracking against a real receiver: once a failure, with its request id, without personal data (LOG-005)."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import sentry_sdk
from django.core.signals import got_request_exception

from reference_app.observability.error_tracking import KEPT, report_failure, start_error_tracking
from tests.reference_app.client import Api

FLUSH_SECONDS = 10.0
PLANTED = "planted-4111111111111111"


class Tracker(ThreadingHTTPServer):
    """Takes envelopes, as a tracker does, and keeps their bytes."""

    def __init__(self) -> None:
        self.envelopes: list[bytes] = []
        super().__init__(("127.0.0.1", 0), Receiver)

    @property
    def dsn(self) -> str:
        return f"http://public-key@127.0.0.1:{self.server_port}/1"

    def events(self) -> list[dict[str, Any]]:
        """Return the reported events, each with its members."""
        sentry_sdk.flush(timeout=FLUSH_SECONDS)
        found = []
        for envelope in self.envelopes:
            lines = envelope.split(b"\n")
            if json.loads(lines[1]).get("type") == "event":
                found.append(json.loads(lines[2]))
        return found


class Receiver(BaseHTTPRequestHandler):
    """POST /api/1/envelope/."""

    server: Tracker

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        unpacked = gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body
        self.server.envelopes.append(unpacked)
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- as the base class calls it
        """Print nothing."""


@pytest.fixture
def tracker() -> Iterator[Tracker]:
    """A tracker that the shop reports to."""
    with Tracker() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        start_error_tracking(server.dsn)
        yield server
        sentry_sdk.get_client().close(timeout=FLUSH_SECONDS)
        sentry_sdk.init()
        got_request_exception.disconnect(report_failure, dispatch_uid="error tracking")
        server.shutdown()
        thread.join()


@pytest.mark.urls("tests.reference_app.platform.failing_urls")
def test_an_unhandled_failure_is_reported_once_with_its_request_id_and_nothing_personal(
    tracker: Tracker, api: Api
) -> None:
    response = api.send(
        "GET",
        f"/fail?card={PLANTED}",
        {"password": PLANTED},
        Cookie=f"session={PLANTED}",
        Authorization=f"Bearer {PLANTED}",
        Planted=PLANTED,
    )
    assert response.status_code == 500
    [event] = tracker.events()
    assert event["tags"] == {"request_id": response["X-Request-ID"], "route": "/fail", "method": "GET"}
    [failure] = event["exception"]["values"]
    assert (failure["type"], failure["value"]) == ("RuntimeError", "")
    assert failure["stacktrace"]["frames"][-1]["function"] == "fail"
    assert "user" not in event
    assert set(event) <= KEPT
    everything = b"".join(tracker.envelopes)
    assert PLANTED.encode() not in everything
    assert b"192.0.2.1" not in everything


@pytest.mark.django_db
def test_the_account_is_named_by_its_number_alone(tracker: Tracker, api: Api, settings: Any) -> None:
    account = api.register()
    access = api.sign_in()["access"]
    settings.ROOT_URLCONF = "tests.reference_app.platform.failing_urls"
    assert api.signed(access).get("/fail").status_code == 500
    [event] = tracker.events()
    assert event["user"] == {"id": str(account["id"])}


def test_a_refusal_is_no_failure(tracker: Tracker, api: Api) -> None:
    assert api.get("/nothing").status_code == 404
    assert tracker.events() == []


def test_a_tracker_that_is_away_costs_no_answer(tracker: Tracker, api: Api, settings: Any) -> None:
    tracker.server_close()
    settings.ROOT_URLCONF = "tests.reference_app.platform.failing_urls"
    assert api.get("/fail").status_code == 500
