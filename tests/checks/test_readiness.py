"""HLTH-003: a service that was stopped is started again whatever happens, and recovery is judged by the clock."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from spec.checking.examination import Examination
from spec.checking.outcomes import Outcome, Violation
from spec.checks.hlth import test_health
from spec.checks.hlth.test_health import _break_and_mend
from spec.target.adapters.rest import Verbs
from spec.target.client import Endpoint
from spec.target.control.services import ControlFailed, Service
from spec.target.profile.profile_model import Profile
from spec.target.recording import Recorder
from spec.target.shop import Grants, Shop
from spec.target.source_addresses import SourceAddresses


class Probed(ThreadingHTTPServer):
    """A shop of probes: it is told what is down, and how many of the next readiness probes get no answer."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.down = False
        self.silent = 0
        self.blind = False
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
            down = self.server.down and not self.server.blind
            self.reply(503 if down else 200, {"database": "down" if down else "up", "cache": "up"})

    def reply(self, status: int, content: object) -> None:
        body = json.dumps(content).encode()
        self.send_response_only(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that the base class gives it
        """Keep no log."""


class Switch:
    """Control over the server's database.

    `broken` makes a stop that takes effect say that it failed; so many probes as are `silent` get no answer after the
    start.
    """

    def __init__(self, server: Probed, *, broken: bool = False, silent: int = 0) -> None:
        self.server = server
        self.broken = broken
        self.silent = silent
        self.done: list[str] = []

    def stop(self, service: Service) -> None:
        """The database goes."""
        self.done.append(f"stop {service}")
        self.server.down = True
        if self.broken:
            raise ControlFailed("command 'stop database' of the profile exited with 1: ")

    def start(self, service: Service) -> None:
        """It is back."""
        self.done.append(f"start {service}")
        self.server.silent = self.silent
        self.server.down = False


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


@pytest.fixture
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Readiness has a third of a second to say what is gone."""
    monkeypatch.setattr(test_health, "LIMIT_SECONDS", 0.3)


def break_and_mend(server: Probed, control: Switch) -> float:
    """Stop the database and start it again; the shop has two seconds to recover, its clients wait for a minute."""
    profile = Profile(
        name="Probed",
        path=Path("target.toml"),
        address=None,
        start=None,
        capabilities=frozenset(),
        chapters=frozenset(),
        effects=frozenset(),
        policies={"recovery_time": 2},
        timeout_seconds=60.0,
    )
    endpoint = Endpoint(f"http://127.0.0.1:{server.server_port}", timeout_seconds=60.0)
    shop = Shop(
        profile, endpoint, Verbs(), Grants(control=control), addresses=SourceAddresses("run"), recorder=Recorder()
    )
    try:
        return _break_and_mend(shop, Examination(), shop.visitor(), Service.DATABASE)
    finally:
        shop.close()


def test_a_service_is_started_again_after_a_stop_that_failed_and_took_effect(server: Probed) -> None:
    control = Switch(server, broken=True)
    with pytest.raises(ControlFailed):
        break_and_mend(server, control)
    assert (control.done, server.down) == (["stop database", "start database"], False)


@pytest.mark.usefixtures("patience")
def test_a_service_is_started_again_after_a_violation(server: Probed) -> None:
    server.blind = True
    control = Switch(server)
    with pytest.raises(Violation) as violation:
        break_and_mend(server, control)
    assert violation.value.outcome is Outcome.DEPENDENCY_NOT_REPORTED
    assert (control.done, server.down) == (["stop database", "start database"], False)


@pytest.mark.usefixtures("patience")
def test_a_probe_that_is_stuck_after_the_return_does_not_hide_the_recovery_that_others_see(server: Probed) -> None:
    control = Switch(server, silent=1)
    assert break_and_mend(server, control) < 0.3
    assert (control.done, server.silent) == (["stop database", "start database"], 0)


@pytest.mark.usefixtures("patience")
def test_silence_beyond_the_time_to_recover_is_no_recovery(server: Probed) -> None:
    control = Switch(server, silent=1000)
    with pytest.raises(Violation) as violation:
        break_and_mend(server, control)
    assert violation.value.outcome is Outcome.NOT_RECOVERED
    assert violation.value.expected == "within 2 s of the database's return readiness is 200 again"
