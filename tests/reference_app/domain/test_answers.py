"""Cached answers: one production for many readers, and nothing older than the last commit."""

from __future__ import annotations

import threading
from collections import Counter
from functools import partial

import pytest
import redis
from django.db import transaction

from reference_app.api.problems import NotFound
from reference_app.caching.answers import Answer, Origin, fetch
from reference_app.caching.generations import read_generations
from reference_app.caching.invalidation import invalidate
from reference_app.caching.keys import PREFIX, AnswerKey
from reference_app.caching.models import PendingMove
from reference_app.caching.shared import shared_store
from tests.reference_app.domain.shelf import codes, together
from tests.reference_app.services import Services

pytestmark = pytest.mark.django_db(transaction=True)

KEY = AnswerKey("test", ("topic",))


def change() -> None:
    """Write something that concerns the topic."""
    with transaction.atomic():
        invalidate("topic")


def test_a_second_reader_gets_the_first_ones_answer() -> None:
    assert fetch(KEY, lambda: b"1").origin is Origin.MISS
    found = fetch(KEY, lambda: b"2")
    assert (found.body, found.origin) == (b"1", Origin.HIT)


def test_thirty_two_cold_readers_cause_the_work_once() -> None:
    produced = []

    def produce() -> bytes:
        produced.append(threading.get_ident())
        threading.Event().wait(0.05)  # long enough that all are waiting
        return b"1"

    results = together([partial(fetch, KEY, produce)] * 32)
    assert len(produced) == 1
    origins = Counter(answer.origin for answer in results if isinstance(answer, Answer))
    assert origins == {Origin.MISS: 1, Origin.HIT: 31}


def test_a_commit_moves_readers_on() -> None:
    fetch(KEY, lambda: b"old")
    change()
    assert fetch(KEY, lambda: b"new").body == b"new"
    assert PendingMove.objects.count() == 0


def test_a_rollback_moves_no_topic() -> None:
    fetch(KEY, lambda: b"old")
    with transaction.atomic():
        invalidate("topic")
        transaction.set_rollback(True)
    assert fetch(KEY, lambda: b"new").body == b"old"
    assert PendingMove.objects.count() == 0


def test_a_reader_that_a_write_overtakes_does_not_bring_the_old_answer_back() -> None:
    def read_slowly() -> bytes:
        seen = b"old"
        change()  # after the database was read, before the answer is stored
        return seen

    assert fetch(KEY, read_slowly).body == b"old"
    assert fetch(KEY, lambda: b"new").body == b"new"


def test_what_raises_is_passed_on_and_not_kept() -> None:
    def refuse() -> bytes:
        raise NotFound

    assert codes(together([partial(fetch, KEY, refuse)] * 4)) == ["not_found"] * 4
    assert fetch(KEY, lambda: b"1").origin is Origin.MISS


def test_a_generation_that_redis_forgets_never_comes_back(services: Services) -> None:
    fetch(KEY, lambda: b"old")
    change()
    fetch(KEY, lambda: b"new")
    before = read_generations(shared_store(), ["topic"])
    with redis.Redis.from_url(services.redis_url) as client:
        client.delete(f"{PREFIX}generation:topic")
    assert read_generations(shared_store(), ["topic"]) != before
    assert fetch(KEY, lambda: b"newest").body == b"newest"


def test_every_key_expires(services: Services) -> None:
    fetch(KEY, lambda: b"1")
    change()
    with redis.Redis.from_url(services.redis_url) as client:
        lifetimes = {name: client.ttl(name) for name in client.keys(f"{PREFIX}*")}
    assert len(lifetimes) == 2
    assert all(0 < lifetime <= 86_400 for lifetime in lifetimes.values())
    answers = [lifetime for name, lifetime in lifetimes.items() if b"answer" in name]
    assert all(1_600 <= lifetime <= 1_800 for lifetime in answers)


def test_a_dead_producer_holds_the_others_up_for_no_longer_than_its_lock(services: Services) -> None:
    fetch(KEY, lambda: b"1")
    change()
    generation = read_generations(shared_store(), ["topic"])[0]
    with redis.Redis.from_url(services.redis_url) as client:
        client.set(f"{PREFIX}lock:{PREFIX}answer:test:{generation}", b"somebody", px=200)
    assert fetch(KEY, lambda: b"2").origin is Origin.MISS


def test_a_change_outside_a_transaction_is_a_mistake() -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        invalidate("topic")
