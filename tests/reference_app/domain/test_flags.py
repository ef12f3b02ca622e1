"""Feature flags: both states of each, the default of a lost store, and no statement on a cached answer (REL)."""

from __future__ import annotations

import time

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from waffle.models import Switch

from reference_app.flags import state
from reference_app.flags.declared import DECLARED, FeatureFlag
from tests.reference_app.client import Api
from tests.reference_app.domain.private_redis import PrivateRedis
from tests.reference_app.domain.shelf import make_product

pytestmark = pytest.mark.django_db(transaction=True)


def switch(flag: FeatureFlag, *, on: bool) -> None:
    """Switch a flag as an operator does."""
    call_command("waffle_switch", flag.value, "on" if on else "off", create=True, verbosity=0)


@pytest.mark.parametrize("flag", list(FeatureFlag))
def test_a_flag_that_was_never_set_has_its_declared_default(flag: FeatureFlag) -> None:
    assert state.is_on(flag) is DECLARED[flag].default


@pytest.mark.parametrize("flag", list(FeatureFlag))
def test_a_change_is_seen_at_once_in_the_process_that_makes_it(flag: FeatureFlag) -> None:
    for on in (False, True, False):
        switch(flag, on=on)
        assert state.is_on(flag) is on
    Switch.objects.get(name=flag.value).delete()
    assert state.is_on(flag) is DECLARED[flag].default


def test_another_process_sees_a_change_within_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    other = state.FlagStore()
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    assert other.is_on(FeatureFlag.VERSION_1)
    switch(FeatureFlag.VERSION_1, on=False)
    assert other.is_on(FeatureFlag.VERSION_1)
    now[0] += state.LOOK_SECONDS
    assert not other.is_on(FeatureFlag.VERSION_1)


def test_cached_answers_are_read_past_the_cache_when_they_are_off(api: Api) -> None:
    product = make_product()
    for on, expected in ((True, ["shop; fwd=miss", "shop; hit"]), (False, ["shop; fwd=bypass"] * 2)):
        switch(FeatureFlag.CACHED_ANSWERS, on=on)
        answers = [api.get(f"products/{product.pk}") for _ in range(2)]
        assert [answer["Cache-Status"] for answer in answers] == expected
        assert {answer.json()["id"] for answer in answers} == {product.pk}


def test_a_caller_is_not_remembered_when_cached_answers_are_off(customer: Api) -> None:
    switch(FeatureFlag.CACHED_ANSWERS, on=False)
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            assert customer.get("cart").status_code == 200
        assert [entry["sql"].startswith("SELECT") for entry in captured.captured_queries].count(True) >= 2


def test_version_1_ends_and_comes_back(api: Api) -> None:
    old = Api(version="v1")
    assert old.get("products").status_code == 200
    switch(FeatureFlag.VERSION_1, on=False)
    ended = old.get("products")
    assert (ended.status_code, ended.json()["code"]) == (410, "version_ended")
    assert 'rel="successor-version"' in ended["Link"]
    assert old.get("openapi.json").status_code == 200
    assert api.get("products").status_code == 200
    switch(FeatureFlag.VERSION_1, on=True)
    assert old.get("products").status_code == 200


@pytest.mark.parametrize("words", ["kettle copper", "KETTLE", "liter%", "nothing"])
def test_search_finds_the_same_with_and_without_its_index(api: Api, words: str) -> None:
    make_product(name="Copper kettle", description="Holds a litre")
    make_product(name="Iron pan", description="For the kettle's neighbour, copper")
    found = []
    for on in (True, False):
        switch(FeatureFlag.INDEXED_SEARCH, on=on)
        switch(FeatureFlag.CACHED_ANSWERS, on=False)
        with CaptureQueriesContext(connection) as captured:
            response = api.get(f"products?search={words.replace('%', '%25')}")
        found.append([entry["id"] for entry in response.json()["results"]])
        [statement] = [entry["sql"] for entry in captured.captured_queries if "plainto_tsquery" in entry["sql"]]
        assert ('"catalogue_product"."search" @@' in statement) is on
    assert found[0] == found[1]


def test_a_store_that_is_lost_means_the_declared_defaults(private_redis: PrivateRedis) -> None:
    for flag in FeatureFlag:
        switch(flag, on=not DECLARED[flag].default)
    private_redis.stop()
    state.store.forget()

    def fail(*arguments: object) -> None:
        raise OperationalError("the database is away")

    with connection.execute_wrapper(fail):
        assert {flag: state.is_on(flag) for flag in FeatureFlag} == {
            flag: DECLARED[flag].default for flag in FeatureFlag
        }
    private_redis.start()


def test_without_redis_the_flags_come_from_the_database(private_redis: PrivateRedis) -> None:
    switch(FeatureFlag.VERSION_1, on=False)
    private_redis.stop()
    state.store.forget()
    assert not state.is_on(FeatureFlag.VERSION_1)
    private_redis.start()


def test_flags_cost_a_cached_list_no_statement(api: Api) -> None:
    make_product()
    for version in ("v1", "v2"):
        client = Api(version=version)
        client.get("products")
        state.store.forget()
        with CaptureQueriesContext(connection) as captured:
            assert client.get("products")["Cache-Status"] == "shop; hit"
        assert captured.captured_queries == []
