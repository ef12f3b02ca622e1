"""A suspended service keeps its connections, takes new ones, and answers none of them until it is resumed."""

import select
import signal
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import psutil
import psycopg
import pytest
import redis

from tests.supervisor.run import POLL_SECONDS, Run, await_workers, fetch, pid_of, url_of, workers_of

SILENCE_SECONDS = 0.5
ANSWER_SECONDS = 10.0
SERVICES = ("database", "cache", "counters", "application")


def _is_answered(connection: psycopg.Connection, *, seconds: float) -> bool:
    """True when the server says something on this connection within that time."""
    readable, _, _ = select.select([connection.pgconn.socket], [], [], seconds)
    return bool(readable)


def _family(pid: int) -> list[psutil.Process]:
    leader = psutil.Process(pid)
    return [leader, *leader.children(recursive=True)]


def _statuses(pid: int) -> set[str]:
    """Collect the states of all processes of a service; one that has ended meanwhile has none."""
    found: set[str] = set()
    for process in _family(pid):
        with suppress(psutil.NoSuchProcess):
            found.add(process.status())
    return found


def test_a_suspended_database_answers_neither_open_nor_new_connections_until_it_is_resumed(
    shared_run: Run, ready: dict[str, Any]
) -> None:
    url = url_of(ready, "database")
    with psycopg.connect(url, autocommit=True) as connection:
        pid = shared_run.ask("start", service="database")["pid"]
        assert shared_run.ask("suspend", service="database") == {"id": "suspend", "ok": True, "pid": pid}
        assert connection.info.backend_pid in {process.pid for process in _family(pid)}
        assert _statuses(pid) == {psutil.STATUS_STOPPED}
        connection.pgconn.send_query(b"SELECT 42")
        assert not _is_answered(connection, seconds=SILENCE_SECONDS)
        with pytest.raises(psycopg.errors.ConnectionTimeout):
            psycopg.connect(url, connect_timeout=2)

        assert shared_run.ask("resume", service="database") == {"id": "resume", "ok": True, "pid": pid}
        assert _is_answered(connection, seconds=ANSWER_SECONDS)
        connection.pgconn.consume_input()
        answer, end = connection.pgconn.get_result(), connection.pgconn.get_result()
        assert answer is not None
        assert (answer.get_value(0, 0), end) == (b"42", None)
    assert psutil.STATUS_STOPPED not in _statuses(pid)
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT 43").fetchone() == (43,)


@pytest.mark.parametrize("name", ["cache", "counters"])
def test_a_suspended_redis_keeps_its_content_and_answers_nothing(
    shared_run: Run, ready: dict[str, Any], name: str
) -> None:
    url = url_of(ready, name)
    with redis.Redis.from_url(url, socket_timeout=SILENCE_SECONDS, retry=None) as client:
        client.set("key", "value")
        shared_run.ask("suspend", service=name)
        with pytest.raises(redis.TimeoutError):
            client.ping()
        with (
            redis.Redis.from_url(url, socket_timeout=SILENCE_SECONDS, retry=None) as other,
            pytest.raises(redis.TimeoutError),
        ):
            other.ping()
        shared_run.ask("resume", service=name)
        assert client.get("key") == b"value"


def test_a_suspended_application_takes_connections_and_goes_on_with_the_same_workers(
    shared_run: Run, ready: dict[str, Any]
) -> None:
    pid = shared_run.ask("start", service="application")["pid"]
    workers = await_workers(pid, count=2)
    shared_run.ask("suspend", service="application")
    assert _statuses(pid) == {psutil.STATUS_STOPPED}
    port = int(ready["base_url"].rsplit(":", 1)[1])
    with socket.create_connection(("127.0.0.1", port), SILENCE_SECONDS):
        pass
    with pytest.raises(OSError, match="timed out"):  # urllib wraps one that happens in the handshake
        fetch(ready, "/", seconds=SILENCE_SECONDS)
    shared_run.ask("resume", service="application")
    assert fetch(ready, "/") == "/"
    assert workers_of(pid) == workers


def test_a_suspension_beyond_gunicorns_time_out_costs_no_worker_its_life(
    shared_run: Run, ready: dict[str, Any]
) -> None:
    # The arbiter kills a worker that it has not heard of for so long.
    pid = shared_run.ask("reconfigure", set={"WEB_TIMEOUT_SECONDS": "2"})["pid"]
    workers = await_workers(pid, count=2)
    for _ in range(2):
        shared_run.ask("suspend", service="application")
        time.sleep(3)  # the time itself is what counts here
        shared_run.ask("resume", service="application")
        assert fetch(ready, "/") == "/"
    looks = time.monotonic() + 2.5  # the arbiter looks at its workers each second
    while time.monotonic() < looks:
        assert workers_of(pid) == workers
        time.sleep(POLL_SECONDS)
    shared_run.ask("reconfigure", set={"WEB_TIMEOUT_SECONDS": None})


@pytest.mark.parametrize("name", SERVICES)
def test_starting_a_suspended_service_resumes_it(shared_run: Run, name: str) -> None:
    pid = shared_run.ask("start", service=name)["pid"]
    shared_run.ask("suspend", service=name)
    assert shared_run.ask("start", service=name) == {"id": "start", "ok": True, "pid": pid}
    assert psutil.STATUS_STOPPED not in _statuses(pid)


@pytest.mark.parametrize("name", SERVICES)
def test_stopping_a_suspended_service_ends_it_in_good_order(shared_run: Run, ready: dict[str, Any], name: str) -> None:
    shared_run.ask("start", service=name)
    shared_run.ask("suspend", service=name)
    assert shared_run.ask("stop", service=name)["pid"] is None
    assert shared_run.ask("start", service=name)["ok"] is True
    assert fetch(ready, "/") == "/"


@pytest.mark.parametrize("name", SERVICES)
def test_killing_a_suspended_service_ends_every_process_of_it(shared_run: Run, name: str) -> None:
    pid = shared_run.ask("start", service=name)["pid"]
    shared_run.ask("suspend", service=name)
    family = _family(pid)
    killed = shared_run.ask("kill", service=name)["pids"]
    assert shared_run.read() == {"event": "exited", "service": name, "code": -9}
    assert killed == [process.pid for process in family]
    assert [process for process in family if process.is_running()] == []
    assert shared_run.ask("start", service=name)["pid"] != pid


def test_suspending_twice_and_resuming_twice_changes_nothing(shared_run: Run) -> None:
    pid = shared_run.ask("start", service="cache")["pid"]
    for command in ("suspend", "suspend", "resume", "resume"):
        assert shared_run.ask(command, service="cache") == {"id": command, "ok": True, "pid": pid}


@pytest.mark.parametrize("command", ["suspend", "resume", "kill"])
def test_a_stopped_service_is_refused_what_takes_a_process(shared_run: Run, command: str) -> None:
    shared_run.ask("stop", service="cache")
    assert shared_run.ask(command, service="cache") == {"id": command, "ok": False, "error": "cache does not run"}
    shared_run.ask("start", service="cache")


def test_reset_resumes_what_is_suspended(shared_run: Run, ready: dict[str, Any]) -> None:
    for name in SERVICES:
        shared_run.ask("suspend", service=name)
    assert shared_run.ask("reset")["ok"] is True
    assert fetch(ready, "/") == "/"
    with psycopg.connect(url_of(ready, "database"), connect_timeout=5) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def _quit(run: Run) -> None:
    assert run.ask("quit") == {"id": "quit", "ok": True}


def _kill(run: Run) -> None:
    run.process.send_signal(signal.SIGKILL)


def _terminate(run: Run) -> None:
    run.process.send_signal(signal.SIGTERM)


@pytest.mark.parametrize("end", [_quit, _terminate, _kill])
def test_a_supervisor_whose_services_are_all_suspended_ends_in_time_and_leaves_nothing(
    run: Run, end: Callable[[Run], None]
) -> None:
    ready = run.ready()
    with psycopg.connect(url_of(ready, "database")):
        for name in SERVICES:
            assert run.ask("suspend", service=name)["ok"] is True
        assert {status for name in SERVICES for status in _statuses(pid_of(ready, name))} == {psutil.STATUS_STOPPED}
        family = run.family()
        end(run)
        assert run.await_end(family) == []
