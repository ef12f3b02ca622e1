"""Plan the load on a target: the load profile in `load/plans`, sent to the target and judged by the catalogue."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from load.load_plan import LoadPlan, host_of, may_be_loaded
from load.offered_mix import fit_mix
from reports.strict_model import InvalidContent, validate
from spec.catalogue import Catalogue
from spec.target.profile.adapter_table import AdapterTable, FromVariable
from spec.target.profile.profile_model import Effect
from spec.target.shop import Shop

REFERENCE_PLAN: Final = Path(__file__).parents[1] / "plans" / "reference.json"
_SOURCES: Final = "127.77"
"""Addresses of shoppers. Checks draw theirs from all of 127.0.0.0/8, so hardly any address serves both."""
_PER_CENT: Final = 100


def plan_for(target: Shop, catalogue: Catalogue, seed: int) -> LoadPlan:
    """Make the plan for this target.

    A profile may declare `arrival_rate` among its policies: shoppers a second, or a table {per_second, mix}. A target
    that opens no accounts is loaded with those that its profile brings.

    Raises InvalidContent when the target may not be loaded, or declares no sensible rate, and NotOffered when it lacks
    a verb without which this would be another load.
    """
    profile = target.profile
    content: dict[str, Any] = json.loads(REFERENCE_PLAN.read_bytes())
    content |= {
        "base_url": target.endpoint.base_url,
        "hosts": _allowed_hosts(target),
        "ca_certificate": None if target.ca_certificate is None else str(target.ca_certificate),
        # A secret is named by its variable, which the load's own process reads.
        "adapter": name_headers(profile.adapter)[0].model_dump(mode="json"),
        "statuses": [meaning.model_dump(mode="json") for meaning in profile.statuses],
        "accounts": {} if target.verbs.offers("register") else profile.accounts.model_dump(mode="json"),
        "seed": seed,
        "mark_examined": target.endpoint.mark_examined,
        "source_addresses": _SOURCES if target.tells_clients_apart and "[" not in target.endpoint.base_url else None,
        "limits": {
            "p95_milliseconds": catalogue.get("PERF-001").limit,
            "error_rate": catalogue.get("PERF-002").limit / _PER_CENT,
            "cache_hit_rate": catalogue.get("CACHE-010").limit / _PER_CENT,
        },
    }
    if target.endpoint.mark_examined:
        # Behind an intermediary that answers with nothing, all that matters is whether it is noticed.
        content |= {"warm_up_seconds": 2, "looks": [10, 20], "customers": 30}
    declared = profile.policies.get("arrival_rate")
    if isinstance(declared, Mapping):
        content["arrivals_per_second"] = declared.get("per_second")
        content["mix"] = dict(declared.get("mix", content["mix"]))
    elif declared is not None:
        content["arrivals_per_second"] = declared
    plan = validate(LoadPlan, content, f"{profile.path}, load on the target")
    fit_mix(target.verbs, plan)
    return plan


def name_headers(adapter: AdapterTable) -> tuple[AdapterTable, Mapping[str, str]]:
    """Name headers' values that stand in the profile by variables, as a plan is written down.

    Returns the table with these names, and the values of the variables, for the environment of the load.
    """
    headers, values = dict(adapter.headers), {}
    for number, (name, value) in enumerate(adapter.headers.items(), start=1):
        if not isinstance(value, FromVariable):
            variable = f"SHOPSPEC_LOAD_HEADER_{number}"
            headers[name], values[variable] = FromVariable(variable=variable), value
    return adapter.changed(headers=headers), values


def _allowed_hosts(target: Shop) -> tuple[str, ...]:
    """List the hosts that the profile allows to be loaded. Raises InvalidContent when the target's is not one."""
    profile, base_url = target.profile, target.endpoint.base_url
    hosts = profile.load.hosts if Effect.LOADS in profile.effects else ()
    if not may_be_loaded(base_url, hosts):
        host = host_of(base_url)
        raise InvalidContent(
            f"{profile.path}: load goes to this machine or to a host that the profile allows, and {host} is neither; "
            f'where its owner agrees, write hosts = ["{host}"] into [load] and "loads" into [effects] allowed'
        )
    return hosts
