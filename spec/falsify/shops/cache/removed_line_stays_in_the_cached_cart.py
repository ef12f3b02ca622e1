"""Changes of a cart do not invalidate the cached cart."""

from __future__ import annotations

from spec.falsify.patching import wrap

KILLS = {"CACHE-001": "STALE", "CACHE-002": "STALE"}


def break_shop() -> None:
    """Leave the cached cart until it expires."""
    wrap("reference_app.cart.services:invalidate", lambda right: lambda *topics: None)
