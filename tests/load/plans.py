"""Plans for the tests."""

from copy import deepcopy
from typing import Any

from load.load_plan import LoadPlan
from reports.strict_model import validate

PLAN: dict[str, Any] = {
    "base_url": "http://127.0.0.1:8000",
    "ca_certificate": None,
    "adapter": {"module": "spec.target.adapters.rest"},
    "arrivals_per_second": 20,
    "warm_up_seconds": 0.5,
    "looks": [2],
    "alpha": 0.05,
    "mix": {"search": 1},
    "think_seconds": 0.1,
    "seed": 1,
    "customers": 0,
    "source_addresses": None,
    "limits": {"p95_milliseconds": 200, "error_rate": 0.01, "cache_hit_rate": 0.8},
    "timeout_seconds": 1,
    "drain_seconds": 2,
    "max_lag_milliseconds": 50,
}


def make_plan(**changes: object) -> dict[str, Any]:
    """Change members of the plan above."""
    return {**deepcopy(PLAN), **changes}


def parse_plan(content: object) -> LoadPlan:
    """Read a plan that stands in no file."""
    return validate(LoadPlan, content, "plan")
