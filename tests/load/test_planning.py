"""The plan for a target: where it goes, and what allows it to go there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest

from load.objectives.planning import name_headers, plan_for
from reports.strict_model import InvalidContent
from spec.catalogue import load_catalogue
from spec.target.adapter_context import AdapterContext, NotOffered
from spec.target.adapters import load_adapter
from spec.target.answer_kinds import AnswerKind
from spec.target.client import Endpoint
from spec.target.profile.adapter_table import (
    DEFAULT_ADAPTER,
    AccountsTable,
    AdapterTable,
    BroughtCustomer,
    FromVariable,
    StatusTable,
)
from spec.target.profile.profile_model import Effect, LoadPermission
from spec.target.shop import Shop
from spec.target.source_addresses import is_loopback
from spec.target.verbs import ShopVerbs

CATALOGUE = load_catalogue()
STAGING = "https://shop.staging.example"


@dataclass(frozen=True)
class WithLoad:
    """As much of a profile as planning looks at."""

    load: LoadPermission
    effects: frozenset[Effect]
    policies: Mapping[str, object]
    adapter: AdapterTable = field(default_factory=AdapterTable)
    statuses: tuple[StatusTable, ...] = ()
    accounts: AccountsTable = field(default_factory=AccountsTable)
    path: Path = Path("staging.toml")


@dataclass(frozen=True)
class SmallTarget:
    """As much of a target as planning looks at."""

    profile: WithLoad
    endpoint: Endpoint
    verbs: ShopVerbs
    ca_certificate: Path | None = None

    @property
    def tells_clients_apart(self) -> bool:
        """True on this machine, as for every target."""
        return is_loopback(self.endpoint.base_url)


def make_target(
    base_url: str,
    *,
    hosts: tuple[str, ...] = (),
    effects: frozenset[Effect] = frozenset({Effect.LOADS}),
    policies: Mapping[str, object] | None = None,
    lacks: frozenset[str] = frozenset(),
    **tables: Any,
) -> Shop:
    """Describe a target that runs at this address; nothing is sent to it."""
    verbs = load_adapter(DEFAULT_ADAPTER, AdapterContext())
    verbs.lacks = lacks
    profile = WithLoad(LoadPermission(hosts=hosts), effects, policies or {}, **tables)
    return cast(Shop, SmallTarget(profile, Endpoint(base_url), verbs))


def test_a_target_on_this_machine_is_loaded_from_many_addresses() -> None:
    plan = plan_for(make_target("http://127.0.0.1:8000"), CATALOGUE, seed=7)
    assert (plan.base_url, plan.hosts, plan.source_addresses) == ("http://127.0.0.1:8000", (), "127.77")
    assert (plan.seed, plan.limits.p95_milliseconds) == (7, 200)


def test_a_target_at_an_ipv6_loopback_address_is_loaded_from_one_address() -> None:
    plan = plan_for(make_target("http://[::1]:8000"), CATALOGUE, seed=7)
    assert (plan.base_url, plan.source_addresses) == ("http://[::1]:8000", None)


def test_a_host_that_the_profile_names_is_loaded_from_one_address() -> None:
    plan = plan_for(make_target(STAGING, hosts=("Shop.Staging.Example",)), CATALOGUE, seed=7)
    assert (plan.base_url, plan.hosts, plan.source_addresses) == (STAGING, ("shop.staging.example",), None)


@pytest.mark.parametrize(
    ("hosts", "effects"),
    [
        ((), frozenset({Effect.LOADS})),
        (("staging.example",), frozenset({Effect.LOADS})),
        (("shop.staging.example",), frozenset({Effect.READS, Effect.WRITES})),
    ],
)
def test_another_host_is_refused_with_what_to_write_where(hosts: tuple[str, ...], effects: frozenset[Effect]) -> None:
    with pytest.raises(InvalidContent) as refusal:
        plan_for(make_target(STAGING, hosts=hosts, effects=effects), CATALOGUE, seed=7)
    assert str(refusal.value) == (
        "staging.toml: load goes to this machine or to a host that the profile allows, and shop.staging.example is "
        'neither; where its owner agrees, write hosts = ["shop.staging.example"] into [load] and "loads" into '
        "[effects] allowed"
    )


def test_a_declared_rate_and_mix_replace_those_of_the_load_profile() -> None:
    declared = {"arrival_rate": {"per_second": 3, "mix": {"search": 1}}}
    plan = plan_for(make_target("http://127.0.0.1:1", policies=declared), CATALOGUE, seed=7)
    assert (plan.arrivals_per_second, dict(plan.mix.weights)) == (3, {"search": 1})


def test_a_declared_number_replaces_the_rate_alone() -> None:
    target = make_target("http://127.0.0.1:1")
    plan = plan_for(make_target("http://127.0.0.1:1", policies={"arrival_rate": 2.5}), CATALOGUE, seed=7)
    assert plan.arrivals_per_second == 2.5
    assert plan.mix == plan_for(target, CATALOGUE, seed=7).mix


BROUGHT = AccountsTable(customers=(BroughtCustomer(email="a@b.example", password=FromVariable(variable="PASSWORD_A")),))


def test_adapter_statuses_and_accounts_go_into_the_plan_as_they_stand_in_the_profile() -> None:
    adapter = AdapterTable(headers={"X-Tenant": FromVariable(variable="TENANT_KEY")}, settings={"lacks": ["refresh"]})
    statuses = (StatusTable(status=400, at="/code", value="gone", kind=AnswerKind.NOT_FOUND),)
    target = make_target(
        "http://127.0.0.1:1/shop",
        lacks=frozenset({"register"}),
        adapter=adapter,
        statuses=statuses,
        accounts=BROUGHT,
    )
    plan = plan_for(target, CATALOGUE, seed=7)
    assert (plan.base_url, plan.adapter, plan.statuses, plan.accounts) == (
        "http://127.0.0.1:1/shop",
        adapter,
        statuses,
        BROUGHT,
    )


def test_a_header_whose_value_stands_in_the_profile_is_named_by_a_variable_in_the_plan() -> None:
    table = AdapterTable(headers={"X-Tenant": FromVariable(variable="TENANT_KEY"), "X-Key": "s3cret", "X-Other": "2"})
    plan = plan_for(make_target("http://127.0.0.1:1", adapter=table), CATALOGUE, seed=7)
    named, values = name_headers(table)
    assert plan.adapter == named
    assert named.headers == {
        "X-Tenant": FromVariable(variable="TENANT_KEY"),
        "X-Key": FromVariable(variable="SHOPSPEC_LOAD_HEADER_2"),
        "X-Other": FromVariable(variable="SHOPSPEC_LOAD_HEADER_3"),
    }
    assert values == {"SHOPSPEC_LOAD_HEADER_2": "s3cret", "SHOPSPEC_LOAD_HEADER_3": "2"}


def test_a_target_that_opens_accounts_is_loaded_with_customers_of_its_own() -> None:
    plan = plan_for(make_target("http://127.0.0.1:1", accounts=BROUGHT), CATALOGUE, seed=7)
    assert (plan.accounts, plan.customers) == (AccountsTable(), 300)


@pytest.mark.parametrize("lacking", ["register", "place_order"])
def test_a_load_that_needs_what_the_target_lacks_is_not_planned(lacking: str) -> None:
    with pytest.raises(NotOffered) as refusal:
        plan_for(make_target("http://127.0.0.1:1", lacks=frozenset({lacking})), CATALOGUE, seed=7)
    assert refusal.value.name == lacking


def test_a_load_without_search_is_planned() -> None:
    target = make_target("http://127.0.0.1:1", lacks=frozenset({"list_products.search"}))
    assert plan_for(target, CATALOGUE, seed=7).mix.search > 0
