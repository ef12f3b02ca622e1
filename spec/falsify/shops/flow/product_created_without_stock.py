"""A new product has no stock, whatever staff have entered."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"FLOW-006": "WRONG_CONTENT"}


def break_shop() -> None:
    """Create with a stock of none."""
    wrap("reference_app.catalogue.services:create_product", _without_stock)


def _without_stock(right: Any) -> Any:
    return lambda *, values: right(values={**values, "stock_quantity": 0})
