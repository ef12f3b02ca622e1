"""The product list queries the database once for each product to count its variants."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"QRY-003": "STATEMENTS_GROW"}


def break_shop() -> None:
    """Query once more for each entry."""
    wrap("reference_app.catalogue.views:render_summary", _counting)


def _counting(right: Any) -> Any:
    def render(version: str, product: Any) -> Any:
        product.variants.filter(stock_quantity__gt=0).count()
        return right(version, product)

    return render
