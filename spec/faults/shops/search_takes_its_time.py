"""Search takes a third of a second longer than it should, everything else is as fast as before."""

from __future__ import annotations

import time
from typing import Any

from spec.faults.patching import wrap

KILLS = ("PERF-001",)

LONGER_SECONDS = 0.33


def break_shop() -> None:
    """Wait, as for an index that is missing, whenever a search term is given."""
    wrap("reference_app.catalogue.views:filter_products", _slowly)


def _slowly(right: Any) -> Any:
    def filter_products(*arguments: Any, **filters: Any) -> Any:
        if filters.get("search") is not None:
            time.sleep(LONGER_SECONDS)
        return right(*arguments, **filters)

    return filter_products
