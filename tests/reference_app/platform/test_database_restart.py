"""The pool after a restart of the database: the first request is answered, whatever number of connections has died."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from pathlib import Path
from threading import Barrier
from typing import Any

import psycopg
import pytest
from django.db import OperationalError, connection, connections

from reference_app.database.base import PAUSE_SECONDS, DatabaseWrapper, trusted
from reference_app.settings.databases import connect
from tests.reference_app.services import Services, await_condition

SIZE = 8
NAME = "dying-pool"


def make_pooled(**settings: Any) -> DatabaseWrapper:
    """Return a wrapper as one thread of a worker has it; connections of one alias share their pool."""
    wanted = {**deepcopy(connection.settings_dict), "CONN_HEALTH_CHECKS": False, **settings}
    pool = {"min_size": 1, "max_size": SIZE, "timeout": 5.0, "reconnect_timeout": 2.0}
    wanted["OPTIONS"] = {**wanted["OPTIONS"], "application_name": NAME, "pool": pool}
    return DatabaseWrapper(wanted, alias=NAME)


@pytest.fixture
def pooled(transactional_db: None) -> Iterator[DatabaseWrapper]:
    """A connection whose pool holds eight."""
    wrapper = make_pooled()
    assert wrapper.pool is not None
    wrapper.ensure_connection()
    for held in [wrapper.pool.getconn() for _ in range(SIZE - 1)]:
        wrapper.pool.putconn(held)
    wrapper.close()
    yield wrapper
    trusted.discard(NAME)
    wrapper.close()
    wrapper.close_pool()


def end_all_backends(services: Services) -> None:
    """End every backend, as a restart does."""
    with psycopg.connect(services.database_url, autocommit=True) as other:
        ended = other.execute(
            "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity WHERE application_name = %s", [NAME]
        ).fetchone()
    assert ended == (SIZE,)


def ask(wrapper: DatabaseWrapper) -> int:
    with wrapper.cursor() as cursor:
        cursor.execute("SELECT 7")
        answer: int = cursor.fetchone()[0]
    return answer


def test_one_request_after_a_restart_waits_for_none_of_the_dead(pooled: DatabaseWrapper, services: Services) -> None:
    end_all_backends(services)
    began = time.monotonic()
    assert ask(pooled) == 7
    assert time.monotonic() - began < 2


def test_many_requests_after_a_restart_are_all_answered(pooled: DatabaseWrapper, services: Services) -> None:
    end_all_backends(services)
    barrier = Barrier(SIZE)

    def request(_: int) -> int:
        mine = make_pooled()
        barrier.wait(timeout=10)
        try:
            return ask(mine)
        finally:
            mine.close()

    began = time.monotonic()
    with ThreadPoolExecutor(SIZE) as threads:
        assert list(threads.map(request, range(SIZE))) == [7] * SIZE
    assert time.monotonic() - began < 4


def test_while_the_database_is_away_no_request_waits_for_the_pool(pooled: DatabaseWrapper, services: Services) -> None:
    away = {**pooled.get_connection_params(), "host": "/nowhere"}
    end_all_backends(services)
    began = time.monotonic()
    for _ in range(5):
        with pytest.raises(psycopg.OperationalError):
            pooled.get_new_connection(away)
    assert time.monotonic() - began < 1
    assert NAME not in trusted
    with pytest.raises(OperationalError):
        ask(pooled)  # it has just failed
    pooled.close_if_unusable_or_obsolete()  # where the next request begins
    assert ask(pooled) == 7
    assert NAME in trusted


def test_a_request_waits_once_for_a_database_that_hangs(pooled: DatabaseWrapper, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as silent:  # accepts connections and says nothing
        silent.bind(str(tmp_path / ".s.PGSQL.5432"))
        silent.listen()
        away = {**pooled.get_connection_params(), "host": str(tmp_path), "port": "5432", "connect_timeout": 2}
        trusted.discard(NAME)
        began = time.monotonic()
        for _ in range(4):
            with pytest.raises(psycopg.OperationalError):
                pooled.get_new_connection(away)
        assert 2 <= time.monotonic() - began < 3
        await_condition(lambda: time.monotonic() - pooled.failed_at >= PAUSE_SECONDS)
    assert ask(pooled) == 7


def test_a_pool_that_was_never_used_is_not_waited_for_while_the_database_is_away(transactional_db: None) -> None:
    fresh = DatabaseWrapper({**deepcopy(connection.settings_dict), "CONN_HEALTH_CHECKS": False}, alias="fresh")
    fresh.settings_dict["OPTIONS"] = {**fresh.settings_dict["OPTIONS"], "pool": {"min_size": 1, "timeout": 5.0}}
    fresh.settings_dict["HOST"] = "/nowhere"
    began = time.monotonic()
    with pytest.raises(OperationalError):
        fresh.ensure_connection()
    assert time.monotonic() - began < 1
    fresh.close_pool()


def test_a_pool_that_has_nothing_to_give_is_doubted_until_it_has(pooled: DatabaseWrapper) -> None:
    assert pooled.pool is not None
    pooled.pool.timeout = 0.2
    held = [pooled.pool.getconn() for _ in range(SIZE)]
    with pytest.raises(OperationalError):
        pooled.ensure_connection()
    assert NAME not in trusted
    for each in held:
        pooled.pool.putconn(each)
    assert ask(pooled) == 7
    assert NAME in trusted


@pytest.mark.django_db
def test_a_database_that_is_away_is_an_operational_error(services: Services) -> None:
    away = DatabaseWrapper({**deepcopy(connections["default"].settings_dict), "HOST": "/nowhere"}, alias="away")
    with pytest.raises(OperationalError):
        away.ensure_connection()


def test_health_checks_are_left_to_the_backend_exactly_where_there_is_a_pool() -> None:
    url = "postgres://shop@db.example.org/shop"
    assert connect(url, pool={"max_size": 1})["CONN_HEALTH_CHECKS"] is False
    assert connect(url, pool=None)["CONN_HEALTH_CHECKS"] is True
