"""Adding a product to the cart always adds one piece, not the requested quantity."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"FLOW-003": "WRONG_CONTENT"}


def break_shop() -> None:
    """Add one."""
    wrap("reference_app.cart.services:add_line", _of_one)


def _of_one(right: Any) -> Any:
    return lambda **line: right(**{**line, "quantity": 1})
