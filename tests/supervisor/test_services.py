"""Each service can be stopped and started, on a supervisor that all tests here share."""

import json
import os
import re
import signal
import ssl
import time
import urllib.error
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
import redis

from tests.supervisor.run import TINY, Run, fetch, pid_of, url_of

OTHER = "tests.supervisor.tiny_application:other_application"


def _alive(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def test_the_first_line_names_all_that_is_there_and_nothing_else(shared_run: Run, ready: dict[str, Any]) -> None:
    assert set(ready) == {"event", "protocol", "base_url", "ca_certificate", "pid", "windows", "identity"}
    assert (ready["protocol"], ready["pid"]) == (2, shared_run.process.pid)
    assert ready["base_url"].startswith("https://127.0.0.1:")
    windows = ready["windows"]
    # An application that brings what it needs has no staff, no metrics and no commands that the supervisor knew of.
    assert set(windows) == {"database", "cache", "counters", "logs", "processes"}
    assert set(windows["processes"]) == {"database", "cache", "counters", "application"}
    assert all(_alive(pid) for pid in windows["processes"].values())
    assert Path(windows["logs"]["file"]).exists()
    assert Path(windows["database"]["log"]).exists()
    assert len(ready["identity"]["settings_sha256"]) == 64


def test_the_application_answers_over_tls_under_each_name_of_its_certificate(ready: dict[str, Any]) -> None:
    port = ready["base_url"].rsplit(":", 1)[1]
    assert fetch(ready, "/hello") == "/hello"
    assert fetch({**ready, "base_url": f"https://localhost:{port}"}, "/hello") == "/hello"
    with pytest.raises(urllib.error.URLError) as refused:
        fetch({**ready, "base_url": f"https://127.0.0.2:{port}"}, "/hello")
    assert isinstance(refused.value.reason, OSError)


def test_a_stranger_to_the_authority_does_not_trust_the_server(ready: dict[str, Any], tmp_path: Path) -> None:
    other = tmp_path / "other.pem"
    other.write_text(ssl.get_server_certificate(("127.0.0.1", int(ready["base_url"].rsplit(":", 1)[1]))))
    with pytest.raises(urllib.error.URLError) as refused:
        fetch({**ready, "ca_certificate": str(other)}, "/")
    assert isinstance(refused.value.reason, ssl.SSLCertVerificationError)


def test_the_application_gets_its_own_variables_and_no_others(ready: dict[str, Any]) -> None:
    assert fetch(ready, "/variables/GREETING") == "hello"
    assert fetch(ready, "/variables/PYTEST_CURRENT_TEST") == ""
    assert fetch(ready, "/variables/DJANGO_SETTINGS_MODULE") == "reference_app.settings.production"
    assert len(fetch(ready, "/variables/SECRET_KEY")) >= 32
    assert fetch(ready, "/variables/SECRET_KEY") != fetch(ready, "/variables/TOKEN_SIGNING_KEY")
    assert fetch(ready, "/variables/DATABASE_URL").startswith("postgresql://shop@/shop?host=")


def test_the_application_owns_its_database_without_being_superuser(ready: dict[str, Any]) -> None:
    with psycopg.connect(fetch(ready, "/variables/DATABASE_URL")) as connection:
        row = connection.execute("SELECT current_user, usesuper FROM pg_user WHERE usename = current_user").fetchone()
    assert row == ("shop", False)


def test_the_database_is_as_durable_as_one_in_production(ready: dict[str, Any]) -> None:
    with psycopg.connect(url_of(ready, "database")) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            assert connection.execute(f"SHOW {setting}".encode()).fetchone() == ("on",)
        assert connection.execute("SELECT 'b' < 'A' COLLATE \"default\"").fetchone() == (False,)


def test_statements_can_be_counted_from_the_databases_log(ready: dict[str, Any]) -> None:
    log = Path(ready["windows"]["database"]["log"])
    with psycopg.connect(url_of(ready, "database"), autocommit=True) as connection:
        connection.execute("SET log_statement = 'all'")
        connection.execute("SELECT 'counted'")
        pid = connection.info.backend_pid
        connection.execute("SELECT 'the end'")
    deadline = time.monotonic() + 5
    while "'the end'" not in log.read_text():  # the server's log writer is a process of its own
        assert time.monotonic() < deadline
    (counted,) = [json.loads(line) for line in log.read_text().splitlines() if "'counted'" in line]
    assert (counted["pid"], counted["message"]) == (pid, "statement: SELECT 'counted'")
    assert "timestamp" in counted


def test_a_stopped_database_comes_back_with_its_data(shared_run: Run, ready: dict[str, Any]) -> None:
    with psycopg.connect(url_of(ready, "database"), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (value int)")
        connection.execute("INSERT INTO kept VALUES (42)")
    old = psutil.Process(pid_of(ready, "database"))
    assert shared_run.ask("stop", service="database") == {"id": "stop", "ok": True, "pid": None}
    assert not old.is_running()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url_of(ready, "database"))
    answer = shared_run.ask("start", service="database")
    assert _alive(answer["pid"])
    with psycopg.connect(url_of(ready, "database"), autocommit=True) as connection:
        assert connection.execute("SELECT value FROM kept").fetchone() == (42,)
        connection.execute("DROP TABLE kept")


def test_a_killed_database_is_reported_and_comes_back_with_what_was_committed(
    shared_run: Run, ready: dict[str, Any]
) -> None:
    with psycopg.connect(url_of(ready, "database"), autocommit=True) as connection:
        connection.execute("CREATE TABLE committed (value int)")
    pid = shared_run.ask("start", service="database")["pid"]
    os.kill(pid, signal.SIGKILL)
    assert shared_run.read() == {"event": "exited", "service": "database", "code": -9}
    assert shared_run.ask("start", service="database")["pid"] != pid
    with psycopg.connect(url_of(ready, "database"), autocommit=True) as connection:
        connection.execute("DROP TABLE committed")


@pytest.mark.parametrize(("name", "policy"), [("cache", "allkeys-lru"), ("counters", "noeviction")])
def test_a_stopped_redis_comes_back_empty_with_its_policy(
    shared_run: Run, ready: dict[str, Any], name: str, policy: str
) -> None:
    with redis.Redis.from_url(url_of(ready, name)) as client:
        client.set("key", "value")
    assert shared_run.ask("stop", service=name)["pid"] is None
    with redis.Redis.from_url(url_of(ready, name)) as client, pytest.raises(redis.ConnectionError):
        client.ping()
    shared_run.ask("start", service=name)
    with redis.Redis.from_url(url_of(ready, name)) as client:
        assert client.dbsize() == 0
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": policy}
        assert client.config_get("maxmemory") == {"maxmemory": str(64 * 1024 * 1024)}


def test_a_stopped_application_refuses_connections_and_returns_to_its_port(
    shared_run: Run, ready: dict[str, Any]
) -> None:
    shared_run.ask("stop", service="application")
    with pytest.raises(urllib.error.URLError) as refused:
        fetch(ready, "/")
    assert isinstance(refused.value.reason, ConnectionRefusedError)
    first = shared_run.ask("start", service="application")["pid"]
    assert fetch(ready, "/") == "/"
    assert shared_run.ask("restart", service="application")["pid"] != first
    assert fetch(ready, "/") == "/"


def test_starting_what_runs_and_stopping_what_does_not_changes_nothing(shared_run: Run) -> None:
    first = shared_run.ask("start", service="cache")
    assert shared_run.ask("start", service="cache") == first
    assert shared_run.ask("stop", service="cache") == shared_run.ask("stop", service="cache")
    assert shared_run.ask("start", service="cache")["ok"] is True


def test_an_application_that_dies_is_reported_and_takes_its_workers_along(
    shared_run: Run, ready: dict[str, Any]
) -> None:
    pid = shared_run.ask("restart", service="application")["pid"]
    workers = psutil.Process(pid).children()
    assert workers != []
    os.kill(pid, signal.SIGKILL)
    assert shared_run.read() == {"event": "exited", "service": "application", "code": -9}
    assert [worker for worker in workers if worker.is_running()] == []
    assert shared_run.process.poll() is None
    shared_run.ask("start", service="application")
    assert fetch(ready, "/") == "/"


def test_reconfiguring_changes_variables_and_null_takes_a_change_back(shared_run: Run, ready: dict[str, Any]) -> None:
    before = shared_run.ask("reconfigure")["identity"]
    changed = shared_run.ask("reconfigure", set={"GREETING": "good evening", "MORE": "1"})
    assert (changed["ok"], _alive(changed["pid"])) == (True, True)
    assert changed["identity"] != before
    assert fetch(ready, "/variables/GREETING") == "good evening"
    assert fetch(ready, "/variables/MORE") == "1"
    assert shared_run.ask("reconfigure", set={"GREETING": "hello", "MORE": None})["identity"] == before
    assert fetch(ready, "/variables/MORE") == ""


def test_reconfiguring_puts_another_application_behind_the_same_address(shared_run: Run, ready: dict[str, Any]) -> None:
    shared_run.ask("reconfigure", application=OTHER)
    with pytest.raises(urllib.error.HTTPError) as other:
        fetch(ready, "/")
    other.value.close()
    assert other.value.code == 404
    shared_run.ask("reconfigure", application=TINY)
    assert fetch(ready, "/") == "/"


def test_an_application_that_does_not_come_up_leaves_the_earlier_one_running(
    shared_run: Run, ready: dict[str, Any]
) -> None:
    answer = shared_run.ask("reconfigure", application="tests.supervisor.no_such_module:application")
    assert answer["ok"] is False
    assert re.fullmatch(
        r"application ended with code \d while starting: "
        r"ModuleNotFoundError: No module named 'tests\.supervisor\.no_such_module'",
        answer["error"],
    )
    assert fetch(ready, "/") == "/"


def test_reset_starts_what_was_stopped_and_empties_both_redis(shared_run: Run, ready: dict[str, Any]) -> None:
    for name in ("cache", "counters"):
        with redis.Redis.from_url(url_of(ready, name)) as client:
            client.set("key", "value")
    shared_run.ask("stop", service="application")
    shared_run.ask("stop", service="database")
    assert shared_run.ask("reset")["ok"] is True
    assert fetch(ready, "/") == "/"
    for name in ("cache", "counters"):
        with redis.Redis.from_url(url_of(ready, name)) as client:
            assert client.dbsize() == 0


def test_a_wrong_command_is_answered_and_the_next_one_obeyed(shared_run: Run) -> None:
    shared_run.write('{"id": 7, "command": "stop", "service": "mail"}')
    assert shared_run.read() == {
        "id": 7,
        "ok": False,
        "error": "service has to be 'database', 'cache', 'counters' or 'application', not 'mail'",
    }
    shared_run.write("stop")
    assert shared_run.read()["id"] is None
    shared_run.write(
        '{"id": "a", "command": "start", "service": "cache"}\n\n{"id": "b", "command": "start", "service": "cache"}'
    )
    assert [shared_run.read()["id"], shared_run.read()["id"]] == ["a", "b"]
