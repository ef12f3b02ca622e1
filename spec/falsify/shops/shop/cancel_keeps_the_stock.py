"""Cancelling an order does not return its stock."""

from __future__ import annotations

from spec.falsify.patching import wrap

KILLS = {"SHOP-015": "MODEL_DISAGREES"}


def break_shop() -> None:
    """Leave out the return of the stock."""
    wrap("reference_app.orders.lifecycle:put_back", lambda right: lambda returned: False)
