"""The counter store on a Redis that forgets its scripts, restarts, hangs, and is asked by many at once."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import redis

from reference_app.throttling.counter_store import CounterStore, StoreDown, store_at
from reference_app.throttling.limits import Budget, Rate
from tests.reference_app.client import Api
from tests.reference_app.domain.private_redis import PrivateRedis
from tests.reference_app.services import await_condition

UNKNOWN = "/api/v2/nothing-here"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[PrivateRedis]:
    """A Redis that a test may stop, start and suspend."""
    server = PrivateRedis(tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def store(server: PrivateRedis) -> CounterStore:
    return CounterStore(server.url)


@pytest.fixture
def shop_counters(server: PrivateRedis, settings: Any) -> Iterator[None]:
    """The shop counts in the Redis of the test."""
    settings.COUNTERS_URL = server.url
    yield
    store_at.cache_clear()


def budget(quantity: int, spender: str = "x") -> Budget:
    return Budget("burst", spender, Rate(quantity, 3600))


def remaining(store: CounterStore, quantity: int = 10) -> int:
    """Return what is left after one more request."""
    return store.decide([budget(quantity)]).standings[0].remaining


def suspend(server: PrivateRedis) -> None:
    assert server.process is not None
    server.process.send_signal(signal.SIGSTOP)


def resume(server: PrivateRedis) -> None:
    assert server.process is not None
    server.process.send_signal(signal.SIGCONT)


def decides(store: CounterStore) -> bool:
    """Return whether the store answers, on a budget of its own."""
    try:
        store.decide([budget(1_000_000, "other")])
    except StoreDown:
        return False
    return True


def test_a_script_that_was_forgotten_is_told_again_and_nothing_is_lost(
    server: PrivateRedis, store: CounterStore
) -> None:
    left = []
    with redis.Redis.from_url(server.url) as client:
        for _ in range(3):
            left += [remaining(store), remaining(store)]
            client.script_flush()
    assert left == [9, 8, 7, 6, 5, 4]


def test_a_restart_under_an_open_connection_is_not_seen(server: PrivateRedis, store: CounterStore) -> None:
    """The connection is opened again; the counts are those that the server kept."""
    assert [remaining(store), remaining(store)] == [9, 8]
    server.stop()
    server.start()
    assert [remaining(store), remaining(store)] == [7, 6]


def test_a_server_that_is_away_is_down_at_once_and_up_with_its_return(
    server: PrivateRedis, store: CounterStore
) -> None:
    assert remaining(store) == 9
    server.stop()
    began = time.monotonic()
    for _ in range(5):
        with pytest.raises(StoreDown):
            store.decide([budget(10)])
    assert time.monotonic() - began < 0.5
    server.start()
    assert remaining(store) == 8


def test_a_server_that_hangs_costs_one_second_and_is_then_left_alone(server: PrivateRedis, store: CounterStore) -> None:
    assert decides(store)
    suspend(server)
    try:
        began = time.monotonic()
        assert not decides(store)
        assert 0.9 < time.monotonic() - began < 1.5
        began = time.monotonic()
        assert not any(decides(store) for _ in range(100))
        assert time.monotonic() - began < 0.5
    finally:
        resume(server)
    await_condition(lambda: decides(store), seconds=5)
    # The late answer of the request that was given up is not taken for another's.
    assert [remaining(store), remaining(store, 20), remaining(store)] == [9, 18, 7]


@pytest.mark.usefixtures("shop_counters")
@pytest.mark.parametrize(("declared", "status"), [("open", 404), ("closed", 503)])
def test_a_shop_whose_counters_hang_does_what_is_declared_within_a_second(
    server: PrivateRedis, settings: Any, declared: str, status: int
) -> None:
    settings.THROTTLE_STORE_DOWN, api = declared, Api()
    assert api.get(UNKNOWN).status_code == 404
    suspend(server)
    try:
        began = time.monotonic()
        first = api.get(UNKNOWN)
        assert time.monotonic() - began < 1.5
        began = time.monotonic()
        rest = [api.get(UNKNOWN) for _ in range(5)]
        assert time.monotonic() - began < 0.5
    finally:
        resume(server)
    assert [response.status_code for response in (first, *rest)] == [status] * 6
    assert first.headers.get("Retry-After") == ("5" if status == 503 else None)


def test_two_hundred_decisions_at_once_admit_exactly_sixty(server: PrivateRedis) -> None:
    """Three stores stand for three workers, sixteen threads for theirs."""
    stores = [CounterStore(server.url) for _ in range(3)]
    with ThreadPoolExecutor(16) as threads:
        decisions = list(threads.map(lambda at: stores[at % 3].decide([budget(60)]), range(200)))
    assert sum(decision.admitted for decision in decisions) == 60
    assert sorted(each.standings[0].remaining for each in decisions if each.admitted) == list(range(60))
