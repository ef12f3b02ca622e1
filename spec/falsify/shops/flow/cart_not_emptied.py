"""Emptying the cart answers with success and removes nothing."""

from __future__ import annotations

from spec.falsify.patching import wrap

KILLS = {"FLOW-003": "WRONG_CONTENT"}


def break_shop() -> None:
    """Do nothing."""
    wrap("reference_app.cart.services:empty_cart", lambda right: lambda *, user_id: None)
