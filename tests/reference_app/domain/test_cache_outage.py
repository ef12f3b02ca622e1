"""The cache goes away and comes back with old data: reads answer, nothing written meanwhile is stale (CACHE-009)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest
import redis

from reference_app.caching import invalidation
from reference_app.caching.generations import move_on
from reference_app.caching.models import PendingMove
from reference_app.caching.pending import MAX_TOPICS, replay_moves
from reference_app.caching.shared import shared_store
from reference_app.catalogue.models import Product
from reference_app.catalogue.services import change_product
from tests.reference_app.client import Api
from tests.reference_app.domain.conftest import forget_cache
from tests.reference_app.domain.private_redis import PrivateRedis
from tests.reference_app.domain.shelf import make_product
from tests.reference_app.services import await_condition

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def no_catching_up_outlives_its_test(transactional_db: None) -> Iterator[None]:
    """The thread of one test would meet the database of the next; with nothing left to replay it ends."""
    yield
    PendingMove.objects.all().delete()
    await_condition(lambda: not invalidation.catching_up.locked())


def open_product(api: Api, product: Product) -> tuple[str, str]:
    """Return the product's name, and where the answer came from."""
    response = api.get(f"products/{product.pk}")
    assert response.status_code == 200, response.content
    return response.json()["name"], response.headers["Cache-Status"]


def rename(product: Product, name: str) -> None:
    """Rename a product, by staff."""
    change_product(product_id=product.pk, values={"name": name})


def test_reads_answer_without_the_cache(api: Api, private_redis: PrivateRedis) -> None:
    product = make_product(name="Before")
    open_product(api, product)
    private_redis.stop()
    assert open_product(api, product) == ("Before", "shop; fwd=bypass")
    for path in ("products", "categories", f"products/{product.pk}/reviews"):
        response = api.get(path)
        assert (response.status_code, response.headers["Cache-Status"]) == (200, "shop; fwd=bypass")


def test_what_was_written_during_the_outage_is_seen_after_it(api: Api, private_redis: PrivateRedis) -> None:
    product = make_product(name="Before")
    open_product(api, product)
    assert open_product(api, product) == ("Before", "shop; hit")
    private_redis.stop()
    rename(product, "During")
    assert PendingMove.objects.count() == 3
    private_redis.start()
    with redis.Redis.from_url(private_redis.url) as client:
        assert b"Before" in b"".join(client.get(name) or b"" for name in client.keys("*answer*"))
    await_condition(lambda: "bypass" not in open_product(api, product)[1])
    assert open_product(api, product) == ("During", "shop; hit")
    assert PendingMove.objects.count() == 0


def test_a_process_that_did_not_notice_the_outage_replays_on_its_new_connection(
    api: Api, private_redis: PrivateRedis, monkeypatch: pytest.MonkeyPatch
) -> None:
    product = make_product(name="Before")
    open_product(api, product)
    open_product(api, product)
    settled_store = shared_store()
    monkeypatch.setattr(invalidation, "start_catching_up", lambda: None)
    private_redis.stop()
    # The writer is another process: its store fails, ours hears of nothing.
    forget_cache()
    rename(product, "During")
    forget_cache()
    private_redis.start()
    monkeypatch.setattr("reference_app.caching.answers.shared_store", lambda: settled_store)
    assert open_product(api, product)[0] == "During"


def test_the_writer_catches_up_by_itself(private_redis: PrivateRedis) -> None:
    product = make_product()
    private_redis.stop()
    rename(product, "During")
    assert PendingMove.objects.count() == 3
    private_redis.start()
    await_condition(lambda: PendingMove.objects.count() == 0)


def test_a_crash_between_commit_and_move_is_made_good_by_the_next_process(
    api: Api, private_redis: PrivateRedis, monkeypatch: pytest.MonkeyPatch
) -> None:
    product = make_product(name="Before")
    open_product(api, product)
    monkeypatch.setattr(invalidation, "make_moves", lambda topics, ids: None)  # killed before it could
    rename(product, "After")
    forget_cache()
    assert open_product(api, product) == ("After", "shop; fwd=miss")


def test_a_long_outage_is_made_good_by_one_move_of_everything(api: Api, private_redis: PrivateRedis) -> None:
    product = make_product(name="Before")
    open_product(api, product)
    Product.objects.filter(pk=product.pk).update(name="After")
    PendingMove.objects.bulk_create([PendingMove(topic=f"product:{n}") for n in range(MAX_TOPICS + 1)])
    assert replay_moves(partial(move_on, shared_store()))
    assert open_product(api, product)[0] == "After"
    assert PendingMove.objects.count() == 0


def test_a_store_that_refuses_is_as_good_as_away(api: Api, private_redis: PrivateRedis) -> None:
    product = make_product(name="Before")
    open_product(api, product)
    with redis.Redis.from_url(private_redis.url) as client:
        client.config_set("maxmemory", "1")
        client.config_set("maxmemory-policy", "noeviction")
        rename(product, "After")
        assert PendingMove.objects.count() == 3
        assert open_product(api, product) == ("After", "shop; fwd=bypass")
        client.config_set("maxmemory", "0")
    await_condition(lambda: PendingMove.objects.count() == 0)
    await_condition(lambda: "bypass" not in open_product(api, product)[1])
    assert open_product(api, product)[0] == "After"
