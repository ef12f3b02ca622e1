"""Withdrawing a product answers with success, and the product stays on the shelves."""

from __future__ import annotations

from spec.falsify.patching import wrap

KILLS = {"FLOW-006": "WRONG_CONTENT"}


def break_shop() -> None:
    """Do nothing."""
    wrap("reference_app.catalogue.services:withdraw_product", lambda right: lambda *, product_id: None)
