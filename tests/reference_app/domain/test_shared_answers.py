"""Public answers at addresses that the process knows: the same as any, and for the price of one question to Redis."""

from __future__ import annotations

from typing import Any

import pytest
import redis
from django.test import RequestFactory

from reference_app.caching import known
from reference_app.caching.answers import Origin, fetch
from reference_app.caching.keys import AnswerKey
from reference_app.catalogue.services import change_product, withdraw_product
from tests.reference_app.client import Api
from tests.reference_app.domain.shelf import make_product
from tests.reference_app.services import Services

pytestmark = pytest.mark.django_db(transaction=True)

CHANGING = {"Cache-Status", "X-Request-ID", "Server-Timing", "RateLimit"}


def lasting(response: Any) -> dict[str, str]:
    """The headers that do not differ from request to request."""
    return {name: value for name, value in response.headers.items() if name not in CHANGING}


@pytest.fixture
def paths() -> list[str]:
    """One address of each public read."""
    product = make_product(name="Before")
    return [
        "products?page_size=5",
        f"products/{product.pk}",
        f"products/{product.pk}/reviews",
        "categories",
        f"categories/{product.category_id}",
    ]


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_a_known_address_is_answered_like_a_new_one(version: str, paths: list[str]) -> None:
    client = Api(version=version)
    for path in paths:
        known.known.clear()
        first, second, third = (client.get(path) for _ in range(3))
        assert known.known.keys() == {f"/api/{version}/{path}{'' if '?' in path else '?'}"}
        assert [first.status_code, first.headers["Cache-Status"]] == [200, Origin.MISS]
        assert [second.headers["Cache-Status"], third.headers["Cache-Status"]] == [Origin.HIT, Origin.HIT]
        assert first.content == second.content == third.content
        assert lasting(first) == lasting(second) == lasting(third)


def test_a_known_address_shows_a_change_at_once(api: Api) -> None:
    product = make_product(name="Before")
    path = f"products/{product.pk}"
    for name in ("Before", "Between", "After"):
        change_product(product_id=product.pk, values={"name": name})
        missed, found = api.get(path), api.get(path)
        assert [missed.headers["Cache-Status"], found.headers["Cache-Status"]] == [Origin.MISS, Origin.HIT]
        assert missed.json()["name"] == found.json()["name"] == name
        assert lasting(missed) == lasting(found)


def test_what_is_no_longer_there_is_not_found_at_a_known_address(api: Api) -> None:
    product = make_product()
    path = f"products/{product.pk}"
    assert [api.get(path).status_code for _ in range(2)] == [200, 200]
    withdraw_product(product_id=product.pk)
    gone = [api.get(path) for _ in range(2)]
    assert [(response.status_code, response.json()["code"]) for response in gone] == [(404, "not_found")] * 2
    change_product(product_id=product.pk, values={"is_active": True})
    assert api.get(path).status_code == 200


def test_a_token_that_is_not_valid_is_refused_at_a_known_address(api: Api, paths: list[str]) -> None:
    for path in paths:
        assert api.get(path).status_code == 200
        assert api.signed("nonsense").get(path).status_code == 401


def test_a_known_address_answers_304_to_whoever_has_its_bytes(api: Api, paths: list[str]) -> None:
    for path in paths:
        tag = api.get(path).headers["ETag"]
        unchanged = api.get(path, **{"If-None-Match": tag})
        assert (unchanged.status_code, unchanged.content) == (304, b"")


def test_head_of_a_known_address_has_its_headers_and_no_body(api: Api, paths: list[str]) -> None:
    for path in paths:
        full, head = api.get(path), api.send("HEAD", path)
        assert head.content == b""
        assert lasting(head) == lasting(full)


def test_parameters_are_validated_beside_a_known_address(api: Api) -> None:
    assert api.get("products?page_size=5").status_code == 200
    for query in ("page_size=5&page_size=5", "page_size=5&colour=red", "page_size=05"):
        assert api.get(f"products?{query}").status_code == 400


def test_a_process_knows_a_bounded_number_of_addresses() -> None:
    key = AnswerKey("test", ("topic",))
    factory = RequestFactory()
    known.known.clear()
    for number in range(known.MOST + 5):
        known.remember_meaning(factory.get(f"/api/v2/products?page={number}"), key)
    assert len(known.known) == 5


def test_a_hit_asks_redis_once(services: Services) -> None:
    key = AnswerKey("test", ("topic", "another"))
    for _ in range(2):
        fetch(key, lambda: b"1")
    with redis.Redis.from_url(services.redis_url) as client:
        client.config_resetstat()
        assert fetch(key, lambda: b"2").origin is Origin.HIT
        counted = client.info("commandstats")
    asked = {name: figures["calls"] for name, figures in counted.items() if not name.startswith("cmdstat_config")}
    assert asked == {"cmdstat_mget": 1}
