"""Cancelling an order changes its status and does not return its stock."""

from __future__ import annotations

from spec.falsify.patching import wrap

KILLS = {"SHOP-015": "MODEL_DISAGREES"}


def break_shop() -> None:
    """Forget the second half of a cancellation."""
    wrap("reference_app.orders.lifecycle:put_back", lambda right: lambda returned: False)
