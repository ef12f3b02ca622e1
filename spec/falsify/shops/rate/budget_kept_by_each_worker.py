"""Each worker counts requests in its own memory, so a client has one budget for every worker.

The usual cause is a local-memory cache behind the throttles: right in development, wrong with more than one process.
"""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

from spec.falsify.patching import wrap

KILLS = {
    "RATE-001": "ADMITTED_BEYOND_BUDGET",
    "RATE-003": "ADMITTED_BEYOND_BUDGET",
    "RATE-004": "ADMITTED_BEYOND_BUDGET",
}


def break_shop() -> None:
    """Name the counters after the process that counts."""
    wrap("reference_app.throttling.middleware:budgets_of", _of_this_worker)


def _of_this_worker(right: Any) -> Any:
    return lambda request: [replace(one, spender=f"{one.spender}:{os.getpid()}") for one in right(request)]
