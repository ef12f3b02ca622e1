"""A search finds every product, regardless of the search term."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"FLOW-002": "WRONG_CONTENT"}


def break_shop() -> None:
    """Filter without the search term."""
    wrap("reference_app.catalogue.views:filter_products", _without_search)


def _without_search(right: Any) -> Any:
    return lambda **filters: right(**{**filters, "search": None})
