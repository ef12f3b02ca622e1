"""Readiness under an outage: a report in time is seen, none is a violation, and recovery has its own time."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from reports.verdicts import Verdict
from spec.catalogue import load_catalogue
from spec.checking.examination import Examination
from spec.checking.outcomes import Blocked, Outcome, Violation
from spec.checks.support.dependency_outage import Outage
from spec.target.adapter_context import AdapterContext
from spec.target.adapters.rest import Verbs
from spec.target.client import Endpoint
from spec.target.control.services import Service
from spec.target.recording import Recorder
from spec.target.shop import Grants, Shop
from spec.target.source_addresses import SourceAddresses
from tests.checks.profiles import declaring


class Probed(ThreadingHTTPServer):
    """A shop of probes: it is told what is down, and how many of the next readiness probes get no answer."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.down: Service | None = None
        self.silent = 0
        self.blind = False
        self.all_down = False
        self.closing = threading.Event()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Probed

    def do_GET(self) -> None:
        if self.path != "/readyz":
            self.reply(200, {"results": [], "next": None})
        elif self.server.silent:
            self.server.silent -= 1
            self.server.closing.wait()
            self.close_connection = True
        else:
            down = None if self.server.blind else self.server.down
            reported = {one for one in ("database", "cache") if down == one or (down and self.server.all_down)}
            states = {one: "down" if one in reported else "up" for one in ("database", "cache")}
            self.reply(503 if down else 200, states)

    def reply(self, status: int, content: object) -> None:
        body = json.dumps(content).encode()
        self.send_response_only(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that the base class gives it
        """Keep no log."""


@contextmanager
def outage(server: Probed, service: Service, *, silent: int) -> Iterator[None]:
    """The service is down inside the block; so many probes as are `silent` get no answer after it."""
    server.down = service
    try:
        yield
    finally:
        server.silent = silent
        server.down = None


@pytest.fixture
def server() -> Iterator[Probed]:
    """Serves until the test is over."""
    with Probed() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.closing.set()
        server.shutdown()
        thread.join()


def examine_outages(server: Probed, *, silent: int = 0) -> Examination:
    """Examine an outage of the database, then of the cache.

    Readiness has 0.3 s to report it and the shop two seconds to recover; its clients wait for a minute.
    """
    stated = load_catalogue().get("HLTH-003")
    assert stated.metric is not None
    requirement = stated.changed(metric=stated.metric.changed(limit=0.3))
    profile = declaring({"recovery_time": 2})
    endpoint = Endpoint(f"http://127.0.0.1:{server.server_port}", timeout_seconds=60.0)
    shop = Shop(
        profile, endpoint, Verbs(AdapterContext()), Grants(), addresses=SourceAddresses("run"), recorder=Recorder()
    )
    examine = Examination(requirement)
    try:
        Outage(shop, examine, requirement.limit).examine_each(lambda one: outage(server, one, silent=silent), "stopped")
    finally:
        shop.close()
    return examine


def test_readiness_that_reports_and_recovers_is_timed_and_meets_every_expectation(server: Probed) -> None:
    examine = examine_outages(server)
    (metric,) = examine.metrics
    assert metric.verdict is Verdict.PASS
    assert (examine.stated, examine.done, examine.total) == (15, 2, 2)


def test_readiness_that_is_not_ready_before_anything_happens_blocks(server: Probed) -> None:
    server.down = Service.CACHE
    with pytest.raises(Blocked, match="before the database is stopped readiness says Readiness"):
        examine_outages(server)


def test_readiness_that_reports_nothing_is_seen_and_the_outage_ends(server: Probed) -> None:
    server.blind = True
    with pytest.raises(Violation) as violation:
        examine_outages(server)
    assert violation.value.outcome is Outcome.DEPENDENCY_NOT_REPORTED
    assert violation.value.expected == "within 0.3 s readiness says that the database is down"
    assert server.down is None


def test_readiness_that_reports_another_dependency_too_is_seen(server: Probed) -> None:
    server.all_down = True
    with pytest.raises(Violation) as violation:
        examine_outages(server)
    assert violation.value.outcome is Outcome.DEPENDENCY_NOT_REPORTED
    assert violation.value.expected == "only the database is down"


def test_a_probe_that_is_stuck_after_the_return_does_not_hide_the_recovery_that_others_see(server: Probed) -> None:
    examine = examine_outages(server, silent=1)
    assert (examine.done, server.silent) == (2, 0)


def test_silence_beyond_the_time_to_recover_is_no_recovery(server: Probed) -> None:
    with pytest.raises(Violation) as violation:
        examine_outages(server, silent=1000)
    assert violation.value.outcome is Outcome.NOT_RECOVERED
    assert violation.value.expected == "within 2 s of the database's return readiness says that it is ready"
