"""The total of an order counts its first two lines only."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any

KILLS = {"SHOP-015": "MODEL_DISAGREES"}


def break_shop() -> None:
    """Sum two lines at most."""
    from reference_app.orders import checkout

    vars(checkout)["sum"] = _sum_of_two


def _sum_of_two(values: Iterable[Any], start: Any) -> Any:
    return sum(islice(values, 2), start)
