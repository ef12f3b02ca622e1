"""A change of a product is answered with success, and its price stays as it was."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"FLOW-006": "WRONG_CONTENT"}


def break_shop() -> None:
    """Change everything but the price."""
    wrap("reference_app.catalogue.services:change_product", _without_price)


def _without_price(right: Any) -> Any:
    def change_product(*, product_id: int, values: dict[str, Any]) -> Any:
        return right(product_id=product_id, values={name: one for name, one in values.items() if name != "price"})

    return change_product
