"""The cache is invalidated inside the transaction: who reads before the commit puts the old answer back for long."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from spec.falsify.patching import wrap

KILLS = {"CACHE-002": "STALE"}


def break_shop() -> None:
    """Make each move at once, as a handler of post_save does."""
    wrap("reference_app.caching.invalidation:transaction", _at_once)


def _at_once(right: Any) -> Any:
    return SimpleNamespace(get_connection=right.get_connection, on_commit=lambda move: move())
