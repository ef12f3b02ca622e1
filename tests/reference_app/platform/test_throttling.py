"""Rate limits: exact under concurrency, fair between clients, honest in what they announce (roadmap 1.1)."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import redis

from reference_app.throttling.counter_store import CounterStore, StoreDown, store_at
from reference_app.throttling.limits import Budget, Rate, parse_rate
from tests.reference_app.client import PASSWORD, Api
from tests.reference_app.services import Services

UNKNOWN = "/api/v2/nothing-here"


@pytest.fixture
def store(services: Services) -> CounterStore:
    """A store of its own connections."""
    return CounterStore(services.redis_url)


@pytest.fixture
def dead_store(settings: Any) -> Iterator[None]:
    """Counters at an address where no server listens."""
    settings.COUNTERS_URL = "unix:///nonexistent/redis.sock"
    yield
    store_at.cache_clear()


def budget(name: str, quantity: int, seconds: int, spender: str = "x") -> Budget:
    return Budget(name, spender, Rate(quantity, seconds))


def test_n_and_k_requests_at_once_admit_exactly_n(services: Services) -> None:
    """DRF's throttle admits 112 to 131 of 400 at a limit of 100; four stores stand for four workers."""
    stores = [CounterStore(services.redis_url) for _ in range(4)]
    budgets = [budget("anon", 100, 3600), budget("burst", 250, 60)]
    with ThreadPoolExecutor(16) as threads:
        decisions = list(threads.map(lambda at: stores[at % 4].decide(budgets), range(400)))
    assert sum(decision.admitted for decision in decisions) == 100


def test_parallel_http_requests_admit_exactly_n(settings: Any) -> None:
    settings.THROTTLE_BURST = "20/minute"
    with ThreadPoolExecutor(8) as threads:
        statuses = list(threads.map(lambda _: Api().get(UNKNOWN).status_code, range(50)))
    assert (statuses.count(404), statuses.count(429)) == (20, 30)


def test_a_refused_request_spends_no_other_budget(store: CounterStore) -> None:
    narrow, wide = budget("burst", 1, 60), budget("anon", 10, 3600)
    assert store.decide([wide, narrow]).admitted
    for _ in range(5):
        refused = store.decide([wide, narrow])
        assert not refused.admitted
        assert [standing.budget.name for standing in refused.refusing] == ["burst"]
    assert refused.standings[0].remaining == 9


def test_the_window_slides(store: CounterStore) -> None:
    """A fixed window would admit twice the limit around its boundary."""
    limit = budget("burst", 2, 1)
    began = time.monotonic()
    assert store.decide([limit]).admitted
    assert store.decide([limit]).admitted
    refused = store.decide([limit])
    assert not refused.admitted
    assert refused.retry_after == 1
    while not store.decide([limit]).admitted:
        assert time.monotonic() - began < 5
    assert time.monotonic() - began >= 0.99


def test_retry_after_is_the_earliest_whole_second_of_admission(api: Api, settings: Any) -> None:
    settings.THROTTLE_BURST = "3/2seconds"
    statuses = [api.get(UNKNOWN).status_code for _ in range(3)]
    refused = api.get(UNKNOWN)
    told = time.monotonic()
    assert statuses == [404] * 3
    assert refused.status_code == 429
    assert refused.json()["code"] == "too_many_requests"
    wait = int(refused["Retry-After"])
    assert wait == 2
    while time.monotonic() - told < wait - 1:
        assert api.get(UNKNOWN).status_code == 429
    while time.monotonic() - told < wait:
        pass
    assert api.get(UNKNOWN).status_code == 404


@pytest.mark.parametrize(("rate", "name"), [("THROTTLE_ANON", "anon"), ("THROTTLE_BURST", "burst")])
def test_an_anonymous_client_has_both_budgets(api: Api, settings: Any, rate: str, name: str) -> None:
    setattr(settings, rate, "5/hour")
    assert [api.get(UNKNOWN).status_code for _ in range(7)] == [404] * 5 + [429] * 2
    assert name in api.get(UNKNOWN).json()["detail"]


def test_the_limits_of_the_roadmap_are_the_defaults(api: Api) -> None:
    policy = dict_of(api.get(UNKNOWN)["RateLimit-Policy"])
    assert policy == {"anon": {"q": 100, "w": 3600}, "burst": {"q": 60, "w": 60}}


@pytest.mark.django_db
def test_an_account_has_its_own_budget_behind_a_shared_address(api: Api) -> None:
    api.register("a@example.org")
    api.register("b@example.org")
    first, second = (api.signed(api.sign_in(email)["access"]) for email in ("a@example.org", "b@example.org"))
    assert dict_of(first.get("accounts/me")["RateLimit-Policy"])["user"] == {"q": 1000, "w": 3600}
    for _ in range(9):
        first.get("accounts/me")
    assert dict_of(first.get("accounts/me")["RateLimit"])["user"]["r"] == 989
    assert dict_of(second.get("accounts/me")["RateLimit"])["user"]["r"] == 999
    assert dict_of(api.get(UNKNOWN)["RateLimit"])["anon"]["r"] == 95


def test_bad_tokens_are_charged_to_their_address(api: Api, settings: Any) -> None:
    settings.THROTTLE_ANON = "5/hour"
    statuses = [api.signed(f"bad.token.{at}").get("accounts/me").status_code for at in range(7)]
    assert statuses == [401] * 5 + [429] * 2


@pytest.mark.parametrize(
    "header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "True-Client-IP", "CF-Connecting-IP", "X-Client-IP"]
)
def test_no_header_of_the_client_gives_a_fresh_budget(api: Api, settings: Any, header: str) -> None:
    settings.THROTTLE_ANON = "3/hour"
    statuses = [api.get(UNKNOWN, **{header: f"198.51.100.{at}"}).status_code for at in range(4)]
    assert statuses == [404, 404, 404, 429]


def test_ipv6_clients_share_their_64(api: Api, settings: Any) -> None:
    settings.THROTTLE_ANON = "2/hour"
    addresses = ["2001:db8::1", "2001:db8::ffff:2", "2001:db8:0:0:9::3", "2001:db8:0:1::1"]
    assert [api.at(address).get(UNKNOWN).status_code for address in addresses] == [404, 404, 429, 404]


def test_the_declared_number_of_proxies_decides_who_the_client_is(api: Api, settings: Any) -> None:
    settings.TRUSTED_PROXY_COUNT = 1
    settings.THROTTLE_ANON = "1/hour"
    forwarded = ["1.1.1.1, 198.51.100.7", "2.2.2.2, 198.51.100.7", "198.51.100.8"]
    statuses = [api.get(UNKNOWN, **{"X-Forwarded-For": value}).status_code for value in forwarded]
    assert statuses == [404, 429, 404]


@pytest.mark.django_db
def test_spellings_of_an_address_share_the_sign_in_budget(api: Api, settings: Any) -> None:
    settings.THROTTLE_SIGN_IN_ACCOUNT = "4/minute"
    api.register("ada@example.org")
    spellings = ["ada@example.org", "ADA@example.org", " ada@example.org ", "\uff41da@example.org", "Ada@Example.Org"]
    statuses = [
        api.at(f"192.0.2.{10 + at}").post("tokens", {"email": email, "password": "wrong"}).status_code
        for at, email in enumerate(spellings)
    ]
    assert statuses == [401] * 4 + [429]
    other = api.at("192.0.2.99").post("tokens", {"email": "eve@example.org", "password": PASSWORD})
    assert other.status_code == 401


@pytest.mark.django_db
def test_sign_in_is_limited_for_each_address_over_accounts(api: Api, settings: Any) -> None:
    settings.THROTTLE_SIGN_IN_ADDRESS = "3/minute"
    statuses = [api.post("tokens", {"email": f"{at}@example.org", "password": "wrong"}).status_code for at in range(4)]
    assert statuses == [401, 401, 401, 429]
    assert api.get(UNKNOWN).status_code == 404


def test_probes_are_never_throttled(api: Api, settings: Any) -> None:
    settings.THROTTLE_ANON = "1/hour"
    assert [api.get(UNKNOWN).status_code for _ in range(2)] == [404, 429]
    assert {api.get(path).status_code for path in ("/livez", "/readyz") for _ in range(200)} == {200}
    assert api.get(UNKNOWN).status_code == 429


def test_remaining_never_rises_inside_a_window(api: Api) -> None:
    remaining = [dict_of(api.get(UNKNOWN)["RateLimit"])["burst"]["r"] for _ in range(10)]
    assert remaining == list(range(59, 49, -1))


def test_without_the_store_an_open_shop_serves(api: Api, dead_store: None) -> None:
    assert {api.get(UNKNOWN).status_code for _ in range(5)} == {404}


def test_without_the_store_a_closed_shop_says_so(api: Api, settings: Any, dead_store: None) -> None:
    settings.THROTTLE_STORE_DOWN = "closed"
    response = api.get(UNKNOWN)
    assert (response.status_code, response.json()["code"]) == (503, "unavailable")
    assert response["Retry-After"] == "5"
    assert api.get("/livez").status_code == 200


def test_a_store_that_is_down_is_told_apart_from_a_refusal() -> None:
    with pytest.raises(StoreDown):
        CounterStore("unix:///nonexistent/redis.sock").decide([budget("anon", 1, 60)])


def test_budgets_expire_in_the_store(store: CounterStore, services: Services) -> None:
    store.decide([budget("anon", 5, 60)])
    with redis.Redis.from_url(services.redis_url) as client:
        assert 0 < client.ttl("throttle:anon:x") <= 60


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("100/hour", Rate(100, 3600)),
        ("60/minute", Rate(60, 60)),
        ("10/5minutes", Rate(10, 300)),
        ("1/day", Rate(1, 86400)),
    ],
)
def test_rates_are_read(text: str, rate: Rate) -> None:
    assert parse_rate(text) == rate


@pytest.mark.parametrize("text", ["", "100", "100/h", "0/hour", "-1/hour", "100/fortnight", "1e3/hour", "100/hour "])
def test_rates_that_say_something_else_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a rate"):
        parse_rate(text)


def dict_of(header: str) -> dict[str, dict[str, int]]:
    """Read a list of strings with integer parameters (RFC 9651), and nothing beside it."""
    assert re.fullmatch(r'"[a-z-]+"(;[a-z]=[0-9]+)+(, "[a-z-]+"(;[a-z]=[0-9]+)+)*', header)
    return {
        name: {key: int(value) for key, value in re.findall(r"([a-z])=([0-9]+)", parameters)}
        for name, parameters in re.findall(r'"([a-z-]+)"([^,]+)', header)
    }
