"""The shop under gunicorn with several workers, on services that are suspended, killed and started again."""

from __future__ import annotations

import http.client
import json
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.reference_app.services import Services, await_condition

ROOT = Path(__file__).resolve().parents[3]
METRICS_TOKEN = secrets.token_urlsafe(40)
PROXIED = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}


class Server:
    """gunicorn on a free port, behind one declared proxy that this test plays."""

    def __init__(self, services: Services, folder: Path, **changes: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = int(free.getsockname()[1])
        self.environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "DJANGO_SETTINGS_MODULE": "reference_app.settings.production",
            "SECRET_KEY": secrets.token_urlsafe(40),
            "TOKEN_SIGNING_KEY": secrets.token_urlsafe(40),
            "ALLOWED_HOSTS": "127.0.0.1",
            "DATABASE_URL": services.database_url,
            "REDIS_URL": services.redis_url,
            "BIND": f"127.0.0.1:{self.port}",
            "METRICS_TOKEN": METRICS_TOKEN,
            "PROMETHEUS_MULTIPROC_DIR": str(folder),
            "TRUSTED_PROXY_COUNT": "1",
            "THROTTLE_BURST": "10000/minute",
            "THROTTLE_ANON": "10000/hour",
            **changes,
        }
        self.run("-m", "reference_app.manage", "migrate", "-v0")
        arguments = ["-m", "gunicorn", "-c", str(ROOT / "reference_app/gunicorn.conf.py"), "reference_app.wsgi"]
        self.log = (folder / "shop.log").open("wb")
        self.process = subprocess.Popen(
            [sys.executable, *arguments], env=self.environment, cwd="/", stdout=self.log, stderr=subprocess.STDOUT
        )
        await_condition(self.is_alive)

    def run(self, *arguments: str, **variables: str) -> str:
        environment = {**self.environment, **variables}
        ended = subprocess.run(
            [sys.executable, *arguments], env=environment, cwd="/", check=True, capture_output=True, text=True
        )
        return ended.stdout

    def get(self, path: str, *, method: str = "GET", body: Any = None, **headers: str) -> tuple[int, bytes, float]:
        """Return status, body and seconds of one request on a connection of its own."""
        began = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            content = None if body is None else json.dumps(body)
            named = {name.replace("__", "\0").replace("_", "-").replace("\0", "_"): headers[name] for name in headers}
            connection.request(method, path, content, {"Content-Type": "application/json", **named})
            response = connection.getresponse()
            return response.status, response.read(), time.monotonic() - began
        finally:
            connection.close()

    def is_alive(self) -> bool:
        try:
            return self.get("/livez")[0] == 200
        except ConnectionError:
            return False

    def readiness(self) -> tuple[int, str, str]:
        status, body, seconds = self.get("/readyz")
        assert seconds < 5
        document = json.loads(body)
        assert set(document) == {"status", "database", "cache"}
        return status, document["database"], document["cache"]

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=30)
        self.log.close()
        return code


@pytest.fixture(scope="module")
def own_services() -> Iterator[Services]:
    """Services that this module may suspend."""
    services = Services.planned()
    if str(services.folder) not in services.database_url + services.redis_url:
        pytest.skip("needs embedded services: those that the environment names are not ours to suspend")
    services.start()
    yield services
    services.stop()


@pytest.fixture(scope="module")
def server(own_services: Services, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A running shop; it has to end cleanly on SIGTERM."""
    server = Server(own_services, tmp_path_factory.mktemp("shop"))
    yield server
    assert server.stop() == 0


def test_readiness_is_told_apart_for_each_service_that_hangs_and_recovers(
    server: Server, own_services: Services
) -> None:
    database, cache = own_services.processes
    assert server.readiness() == (200, "up", "up")
    for process, expected in ((database, (503, "down", "up")), (cache, (503, "up", "down"))):
        process.send_signal(signal.SIGSTOP)
        try:
            await_condition(lambda expected=expected: server.readiness() == expected, seconds=5)  # type: ignore[misc]
            assert server.get("/livez")[0] == 200
        finally:
            process.send_signal(signal.SIGCONT)
        await_condition(lambda: server.readiness() == (200, "up", "up"), seconds=5)


def test_probes_do_not_wait_for_each_other_while_the_database_hangs(server: Server, own_services: Services) -> None:
    database = own_services.processes[0]
    database.send_signal(signal.SIGSTOP)
    try:
        with ThreadPoolExecutor(24) as threads:
            probes = list(threads.map(lambda at: server.get("/readyz" if at % 2 else "/livez"), range(48)))
    finally:
        database.send_signal(signal.SIGCONT)
    assert max(seconds for _, _, seconds in probes) < 5
    await_condition(lambda: server.readiness() == (200, "up", "up"), seconds=5)


def test_a_read_waits_once_for_a_database_that_hangs(server: Server, own_services: Services) -> None:
    database = own_services.processes[0]
    with psycopg.connect(own_services.database_url, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
    database.send_signal(signal.SIGSTOP)
    try:
        for page_size in range(1, 4):
            status, _, seconds = server.get(f"/api/v2/products?page_size={page_size}", **PROXIED)
            assert status == 503
            assert seconds < 6
    finally:
        database.send_signal(signal.SIGCONT)
    await_condition(lambda: server.readiness() == (200, "up", "up"), seconds=5)


def test_a_database_outage_is_a_503_and_ends_by_itself(server: Server, own_services: Services) -> None:
    credentials = {"email": "nobody@example.org", "password": "wrong"}

    def sign_in() -> int:
        return server.get("/api/v2/tokens", method="POST", body=credentials, **PROXIED)[0]

    assert sign_in() == 401
    assert server.readiness() == (200, "up", "up")
    database = own_services.processes.pop(0)
    database.send_signal(signal.SIGQUIT)
    database.wait(timeout=20)
    (own_services.folder / "pg" / "data" / "postmaster.pid").unlink(missing_ok=True)
    await_condition(lambda: server.readiness() == (503, "down", "up"), seconds=0.5)
    assert sign_in() == 503
    own_services.run_postgres()
    own_services.processes.insert(0, own_services.processes.pop())
    await_condition(own_services.database_answers)
    await_condition(lambda: sign_in() == 401, seconds=10)


def test_counters_of_all_workers_are_summed(server: Server) -> None:
    def counted() -> int:
        text = server.get("/metrics", Authorization=f"Bearer {METRICS_TOKEN}", **PROXIED)[1].decode()
        found = re.findall(r'shop_http_requests_total\{method="GET",route="unmatched",status="404"\} ([0-9.]+)', text)
        return int(float(found[0])) if found else 0

    before = counted()
    with ThreadPoolExecutor(8) as threads:
        statuses = list(threads.map(lambda _: server.get("/nothing", **PROXIED)[0], range(40)))
    assert statuses == [404] * 40
    assert counted() == before + 40


def test_metrics_are_for_the_scraper_and_for_staff_only(server: Server) -> None:
    assert server.get("/metrics", **PROXIED)[0] == 401
    assert server.get("/metrics", Authorization="Bearer wrong", **PROXIED)[0] == 401


def test_a_staff_account_is_made_from_the_environment(server: Server) -> None:
    server.run(
        "-m", "reference_app.manage", "create_staff", "staff@example.org", STAFF_PASSWORD="an evening in november"
    )
    credentials = {"email": "Staff@example.org", "password": "an evening in november"}
    status, body, _ = server.get("/api/v2/tokens", method="POST", body=credentials, **PROXIED)
    assert status == 200
    bearer = f"Bearer {json.loads(body)['access']}"
    assert json.loads(server.get("/api/v2/accounts/me", Authorization=bearer, **PROXIED)[1])["is_staff"] is True
    assert server.get("/metrics", Authorization=bearer, **PROXIED)[0] == 200


def test_no_header_moves_the_shop_to_another_path(server: Server) -> None:
    """Links are made from the path, and answers with links are shared."""
    status, body, _ = server.get("/api/v2/products?page_size=1", SCRIPT__NAME="/api/v2", **PROXIED)
    assert (status, json.loads(body)["results"]) == (200, [])
    assert server.get("/elsewhere/api/v2/products", SCRIPT__NAME="/elsewhere", **PROXIED)[0] == 404


def test_a_chunked_body_is_read(server: Server) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    chunks = iter([b'{"email": "nobody@example.org",', b' "password": "wrong"}'])
    headers = {"Content-Type": "application/json", "Transfer-Encoding": "chunked", **PROXIED}
    connection.request("POST", "/api/v2/tokens", chunks, headers, encode_chunked=True)
    assert json.loads(connection.getresponse().read())["code"] == "wrong_credentials"
    connection.close()


def test_only_a_declared_proxy_says_that_a_request_came_over_tls(own_services: Services, tmp_path: Path) -> None:
    server = Server(own_services, tmp_path, TRUSTED_PROXY_COUNT="0", WEB_WORKERS="1")
    status, body, _ = server.get("/api/v2/accounts/me", X_Forwarded_Proto="https", X_Forwarded_Ssl="on")
    assert (status, json.loads(body)["code"]) == (403, "tls_required")
    assert server.stop() == 0


def test_every_line_of_the_log_is_json(server: Server) -> None:
    server.get("/nothing", **PROXIED)
    events = [json.loads(line) for line in Path(str(server.log.name)).read_text().splitlines() if line]
    assert sum(event["event"] == "request" for event in events) > 1
