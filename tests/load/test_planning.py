"""The plan for a target: where it goes, and what allows it to go there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import pytest

from load.objectives.planning import plan_for
from reports.strict_model import InvalidContent
from spec.catalogue import load_catalogue
from spec.target.adapters import DEFAULT_ADAPTER
from spec.target.client import Endpoint
from spec.target.profile.profile_model import Effect, LoadPermission
from spec.target.shop import Shop
from spec.target.source_addresses import is_loopback

CATALOGUE = load_catalogue()
STAGING = "https://shop.staging.example"


@dataclass(frozen=True)
class WithLoad:
    """As much of a profile as planning looks at."""

    load: LoadPermission
    effects: frozenset[Effect]
    policies: Mapping[str, object]
    path: Path = Path("staging.toml")
    adapter_module: str = DEFAULT_ADAPTER
    adapter_paths: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SmallTarget:
    """As much of a target as planning looks at."""

    profile: WithLoad
    endpoint: Endpoint
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
) -> Shop:
    """Describe a target that runs at this address; nothing is sent to it."""
    return cast(Shop, SmallTarget(WithLoad(LoadPermission(hosts=hosts), effects, policies or {}), Endpoint(base_url)))


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
