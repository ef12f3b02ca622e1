"""A change of a product invalidates its own page only, not the lists, searches and carts that show it."""

from __future__ import annotations

from spec.falsify.patching import wrap

KILLS = {"CACHE-002": "STALE"}


def break_shop() -> None:
    """Name no topic beside the product's own."""
    wrap("reference_app.catalogue.services:list_topics", lambda right: lambda changed: [])
