"""Commands of the reference shop: its routes, its checks, a failure on demand, and counters that outlive a worker."""

import json
import re
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from tests.supervisor.conftest import StartRun
from tests.supervisor.error_receiver import ErrorReceiver, receive_errors
from tests.supervisor.run import POLL_SECONDS, Run, await_workers, fetch, url_of

PLANTED = "planted-4111111111111111"

# The shop with one more route: an application whose code is not the shop's alone. The settings are there only
# after the first import.
EXTENDED = """
from reference_app.wsgi import application
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_safe
from reference_app.urls import urlpatterns
urlpatterns.append(path("extension", require_safe(lambda request: HttpResponse())))
"""


@pytest.fixture(scope="module")
def receiver() -> Iterator[ErrorReceiver]:
    """An error tracker."""
    with receive_errors() as receiver:
        yield receiver


@pytest.fixture(scope="module")
def shop(receiver: ErrorReceiver) -> Iterator[tuple[Run, dict[str, Any]]]:
    """The reference shop with production settings, and its first line."""
    with TemporaryDirectory(prefix="sup-") as folder:
        Path(folder).chmod(0o755)
        options = ("--products", "20", "--workers", "2", "--set", f"SENTRY_DSN={receiver.dsn}")
        (Path(folder) / "extended_shop.py").write_text(EXTENDED)
        run = Run(Path(folder), *options, application=None, variables={"PYTHONPATH": f"{folder}:{Path.cwd()}"})
        try:
            yield run, run.ready()
        finally:
            run.abandon()


def _request(ready: dict[str, Any], path: str, **headers: str) -> tuple[int, dict[str, str], str]:
    """Send a GET; returns status, headers and body."""
    context = ssl.create_default_context(cafile=ready["ca_certificate"])
    request = urllib.request.Request(f"{ready['base_url']}{path}", headers=headers)  # noqa: S310 - always https
    try:
        with urllib.request.urlopen(request, timeout=20, context=context) as response:  # noqa: S310 - always https
            return response.status, dict(response.headers), response.read().decode()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, dict(refused.headers), refused.read().decode()


def _counted(ready: dict[str, Any]) -> int:
    """Read from the metrics how many requests of product lists all workers have answered."""
    metrics = ready["windows"]["metrics"]
    text = _request(ready, metrics["path"], Authorization=f"Bearer {metrics['token']}")[2]
    pattern = r'shop_http_requests_total\{method="GET",route="/api/v2/products",status="200"\} ([0-9.]+)'
    return sum(int(float(count)) for count in re.findall(pattern, text))


def test_the_first_line_names_staff_metrics_and_commands(shop: tuple[Run, dict[str, Any]]) -> None:
    windows = shop[1]["windows"]
    assert windows["staff"]["email"] == "staff@shop.example"
    assert windows["metrics"]["path"] == "/metrics"
    assert windows["commands"] == {"names": ["routes", "schema", "check", "migrate", "provoke"]}
    assert set(windows) == {
        *("staff", "database", "cache", "counters", "logs", "metrics"),
        *("processes", "commands"),
    }


def test_the_routes_are_listed_once_each_and_sorted(shop: tuple[Run, dict[str, Any]]) -> None:
    answer = shop[0].ask("run", name="routes")
    assert (answer["exit_code"], answer["errors"]) == (0, "")
    assert answer["seconds"] > 0
    lines = answer["output"].splitlines()
    paths = [line.partition(" ")[2] for line in lines]
    assert len(lines) == len(set(lines))
    assert paths == sorted(paths)
    assert {
        *("GET /livez", "GET /readyz", "GET /metrics", "GET /static/{}", "GET /api/docs", "GET /admin/login/"),
        *("GET /api/v1/openapi.json", "POST /api/v1/orders", "PATCH /api/v2/cart/lines/{}"),
        "GET /api/v2/products/{}/reviews",
    } <= set(lines)


def test_a_command_sees_the_application_and_its_settings_as_they_are_now(shop: tuple[Run, dict[str, Any]]) -> None:
    run, _ = shop
    check = run.ask("run", name="check", arguments=["--fail-level", "WARNING"])
    assert (check["exit_code"], check["errors"]) == (0, "")
    assert check["output"] == "System check identified no issues (1 silenced).\n"
    migrated = run.ask("run", name="migrate")
    assert (migrated["exit_code"], migrated["output"].splitlines()[-1].strip()) == (0, "No migrations to apply.")
    wrong = run.ask("run", name="migrate", arguments=["no_such_app"])
    assert wrong["ok"] is True
    assert wrong["exit_code"] == 1
    assert "no_such_app" in wrong["errors"]
    run.ask("reconfigure", application="extended_shop:application")
    assert "GET /extension" in run.ask("run", name="routes")["output"].splitlines()
    run.ask("reconfigure", application="reference_app.wsgi:application")
    assert "GET /extension" not in run.ask("run", name="routes")["output"].splitlines()


def test_an_unknown_command_is_refused_with_those_that_there_are(shop: tuple[Run, dict[str, Any]]) -> None:
    assert shop[0].ask("run", name="rotues") == {
        "id": "run",
        "ok": False,
        "error": "name is one of routes, schema, check, migrate, provoke, not 'rotues'",
    }
    assert shop[0].ask("run", name="provoke", arguments=["x"])["error"] == "the command provoke takes no arguments"


def test_counters_outlive_a_killed_worker_and_a_reload(shop: tuple[Run, dict[str, Any]]) -> None:
    run, ready = shop
    pid = run.ask("start", service="application")["pid"]
    before = _counted(ready)
    for _ in range(8):
        fetch(ready, "/api/v2/products")
    assert _counted(ready) == before + 8
    workers = await_workers(pid, count=2)
    for _ in range(2):
        run.ask("kill", service="application", which="worker")
    assert await_workers(pid, count=2) & workers == set()
    assert _counted(ready) == before + 8
    run.ask("reload", service="application")
    assert _counted(ready) == before + 8


def test_provoke_names_a_read_that_fails_unhandled_until_reset_and_is_reported_once(
    shop: tuple[Run, dict[str, Any]], receiver: ErrorReceiver
) -> None:
    run, ready = shop
    first = run.ask("run", name="provoke")
    method, _, path = first["output"].splitlines()[-1].partition(" ")
    assert (first["exit_code"], first["errors"], method) == (0, "", "GET")
    run.ask("reset")
    assert _request(ready, path)[0] == 200

    # The answer that is kept since then does not hide the loss, and a second provocation changes nothing.
    for _ in range(2):
        assert run.ask("run", name="provoke")["output"].splitlines()[-1] == f"GET {path}"
    receiver.events.clear()
    given = {"X-Request-ID": "provoked-0001", "Cookie": f"c={PLANTED}", "User-Agent": PLANTED}
    failures = [_request(ready, path, **given) for _ in range(2)]
    for status, headers, body in failures:
        assert status == 500
        assert headers["Content-Type"].startswith("application/problem+json")
        assert "reviews_review" not in body
    deadline = time.monotonic() + 20
    while len(receiver.events) < len(failures):
        assert time.monotonic() < deadline, receiver.events
        time.sleep(POLL_SECONDS)
    # The application's end sends whatever is left to send: no second report of a failure comes after it.
    run.ask("stop", service="application")
    assert [event["tags"]["request_id"] for event in receiver.events] == ["provoked-0001"] * len(failures)
    for event in receiver.events:
        assert event["tags"]["route"] == "/api/v2/products/<id:product_id>/reviews"
        text = json.dumps(event)
        assert PLANTED not in text
        assert "127.0.0.1" not in text
    assert run.ask("reset")["ok"] is True
    assert _request(ready, path)[0] == 200


def test_provoke_is_refused_while_the_database_is_suspended(shop: tuple[Run, dict[str, Any]]) -> None:
    run, _ = shop
    run.ask("suspend", service="database")
    assert run.ask("run", name="provoke")["error"] == "database is suspended: resume it first"
    run.ask("resume", service="database")


def test_a_database_that_is_not_the_supervisors_own_is_never_broken(start_run: StartRun) -> None:
    owner = start_run().ready()
    guest = start_run("--products", "5", application=None, variables={"DATABASE_URL": url_of(owner, "database")})
    assert guest.ready()["windows"]["commands"] == {"names": ["routes", "schema", "check", "migrate"]}
    assert guest.ask("run", name="provoke") == {
        "id": "run",
        "ok": False,
        "error": "provoke is for a database of the supervisor's own, and the URL of this one was given",
    }


def test_an_application_that_brings_what_it_needs_has_no_commands(run: Run) -> None:
    run.ready()
    assert run.ask("run", name="routes")["error"] == "an application that was started with --bare has no commands"
