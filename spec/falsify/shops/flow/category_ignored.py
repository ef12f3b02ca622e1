"""A product list filtered by category shows the products of all categories."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"FLOW-002": "WRONG_CONTENT"}


def break_shop() -> None:
    """Filter without the category."""
    wrap("reference_app.catalogue.views:filter_products", _without_category)


def _without_category(right: Any) -> Any:
    return lambda **filters: right(**{**filters, "category_id": None})
