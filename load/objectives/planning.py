"""The plan for a target: the load profile in `load/plans`, aimed at where the target is and judged by the catalogue."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from load.load_plan import Plan, parse_plan
from load.strict import InputError
from spec.catalogue import Catalogue, MetricLimit
from spec.target.shop import Shop

REFERENCE_PLAN: Final = Path(__file__).parents[1] / "plans" / "reference.json"
LATENCY: Final = "PERF-001"
ERRORS: Final = "PERF-002"
CACHE: Final = "CACHE-010"

_SOURCES: Final = "127.77"
"""Addresses of shoppers. Checks draw theirs from all of 127.0.0.0/8, so hardly any address serves both."""
_PER_CENT: Final = 100


def plan_for(target: Shop, catalogue: Catalogue, seed: int) -> Plan:
    """The plan for this target. Raises InputError when the target is not on this machine, or declares no sensible rate.

    A profile may declare `arrival_rate` among its policies: shoppers a second, or a table {per_second, mix}.
    """
    content: dict[str, Any] = json.loads(REFERENCE_PLAN.read_bytes())
    content |= {
        "base_url": target.endpoint.base_url,
        "ca_certificate": None if target.ca_certificate is None else str(target.ca_certificate),
        "adapter": {"module": target.profile.adapter_module, "paths": dict(target.profile.adapter_paths)},
        "seed": seed,
        "mark_examined": target.endpoint.mark_examined,
        "source_addresses": _SOURCES if target.tells_clients_apart and "[" not in target.endpoint.base_url else None,
        "limits": {
            "p95_milliseconds": limit_of(catalogue, LATENCY).limit,
            "error_rate": limit_of(catalogue, ERRORS).limit / _PER_CENT,
            "cache_hit_rate": limit_of(catalogue, CACHE).limit / _PER_CENT,
        },
    }
    if target.endpoint.mark_examined:
        # Behind an intermediary that answers with nothing, all that matters is whether it is noticed.
        content |= {"warm_up_seconds": 2, "looks": [10, 20], "customers": 30}
    declared = target.profile.policies.get("arrival_rate")
    if isinstance(declared, Mapping):
        content["arrivals_per_second"] = declared.get("per_second")
        content["mix"] = dict(declared.get("mix", content["mix"]))
    elif declared is not None:
        content["arrivals_per_second"] = declared
    return parse_plan(content, "load on the target")


def limit_of(catalogue: Catalogue, requirement: str) -> MetricLimit:
    """The limit that the catalogue states. Raises InputError when it states none."""
    metric = catalogue.get(requirement).metric
    if metric is None:
        raise InputError(f"The catalogue states no limit for {requirement}.")
    return metric
