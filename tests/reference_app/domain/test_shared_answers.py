"""Public answers at addresses that the process knows: the same as any, and for the price of one question to Redis."""

from __future__ import annotations

from typing import Any

import pytest
import redis
from django.core.management import call_command
from django.test import RequestFactory

from reference_app.caching import known
from reference_app.caching.answers import Origin, fetch
from reference_app.caching.keys import AnswerKey
from reference_app.catalogue.services import change_product, withdraw_product
from reference_app.flags.declared import FeatureFlag
from tests.reference_app.client import Api
from tests.reference_app.domain.shelf import make_product
from tests.reference_app.services import Services

pytestmark = pytest.mark.django_db(transaction=True)

CHANGING = {"Cache-Status", "X-Request-ID", "Server-Timing", "RateLimit"}


def lasting(response: Any) -> dict[str, str]:
    """Return the headers that do not differ from request to request."""
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
        full, _, query = f"/api/{version}/{path}".partition("?")
        assert known.known.keys() == {known.Address(full, full, query, None)}
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


def test_a_known_address_answers_304_to_a_client_that_has_its_bytes(api: Api, paths: list[str]) -> None:
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


def both_ways(api: Api, learn: str, path: str, **headers: str) -> list[tuple[int, str | None]]:
    """Return status and content of a request where nothing is known, and where `learn` is."""
    answers = []
    for learnt in ([], [learn, learn]):
        known.known.clear()
        assert [api.get(address).status_code for address in learnt] == [200] * len(learnt)
        response = api.get(path, **headers)
        answers.append((response.status_code, response.content if response.status_code == 200 else None))
    return answers


@pytest.mark.parametrize(
    "path",
    [
        "/api/v2/products%3Fsearch=x",
        "/api/v2/products%3Fpage_size=5",
        "/api/v2/products%3Fpage_size=5?",
        "/api/v2/products%3fpage_size%3d5",
        "/api/v2/products%23?page_size=5",
        "/api/v2/products/?page_size=5",
        "/api/v2/products%2F?page_size=5",
        "/api/v2//products?page_size=5",
        "//api/v2/products?page_size=5",
        "/api/v3/products?page_size=5",
        "/API/v2/products?page_size=5",
    ],
)
def test_another_path_is_not_a_known_address(api: Api, path: str) -> None:
    make_product()
    for learn in ("/api/v2/products?page_size=5", "/api/v2/products?search=x?"):
        assert both_ways(api, learn, path) == [(404, None)] * 2


@pytest.mark.parametrize("path", ["/api/v2%2Fproducts?page_size=5", "/%61pi/v2/products?page_size=5"])
def test_another_spelling_of_a_path_is_answered_as_the_resolver_reads_it(api: Api, path: str) -> None:
    make_product()
    new, learnt = both_ways(api, "/api/v2/products?page_size=5", path)
    assert new == learnt
    assert new[0] == 200


def test_a_path_without_its_first_slash_is_not_a_known_address(api: Api) -> None:
    """Django makes the same `path` of "/api/v2/products" and "api//v2/products", which no route matches."""
    assert api.get("products").status_code == 200
    stray = api.client.get("/", secure=True, PATH_INFO="api//v2/products", REMOTE_ADDR=api.address)
    assert stray.wsgi_request.path == "/api/v2/products"
    assert stray.status_code == 404


def test_an_address_below_a_prefix_is_another(api: Api) -> None:
    factory = RequestFactory()
    plain, below = factory.get("/shop/api"), factory.get("/api", SCRIPT_NAME="/shop")
    assert plain.path == below.path
    assert known.address_of(plain) != known.address_of(below)


def test_the_charset_of_one_client_changes_no_answer_of_another(api: Api) -> None:
    """Django reads the query in the charset of Content-Type: the same octets search for another word."""
    product = make_product(name="Café")
    path = "products?search=caf%C3%A9"
    for _ in range(3):
        foreign = api.send("GET", path, raw=b"x", content_type="text/plain; charset=koi8-r")
        assert (foreign.status_code, foreign.json()["results"]) == (200, [])
        assert [entry["id"] for entry in api.get(path).json()["results"]] == [product.pk]


@pytest.mark.parametrize("accept", ["text/xml", "application/json;q=0", "image/*", "*/*", ""])
def test_what_a_client_accepts_changes_no_answer(api: Api, accept: str) -> None:
    """There is one representation, for every Accept (RFC 9110 section 12.5.1)."""
    make_product()
    new, learnt = both_ways(api, "products", "products", Accept=accept)
    assert new == learnt
    assert new[0] == 200


@pytest.mark.parametrize(
    ("method", "status"), [("OPTIONS", 405), ("POST", 401), ("PUT", 405), ("DELETE", 405), ("TRACE", 405)]
)
def test_other_methods_are_decided_by_the_operation(api: Api, method: str, status: int) -> None:
    for _ in range(2):
        assert api.send(method, "products").status_code == status
        assert api.get("products").status_code == 200


def test_a_forged_host_and_an_ended_version_reach_no_known_address(api: Api) -> None:
    client = Api(version="v1")
    assert [client.get("products").status_code for _ in range(2)] == [200, 200]
    assert client.get("products", Host="evil.example").status_code == 400
    call_command("waffle_switch", FeatureFlag.VERSION_1.value, "off", create=True, verbosity=0)
    assert client.get("products").status_code == 410


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
