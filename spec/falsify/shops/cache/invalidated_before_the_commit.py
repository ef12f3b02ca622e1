"""The cache is invalidated before the transaction commits, so a reader can put the old answer back."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from spec.falsify.patching import wrap

KILLS = {"CACHE-002": "STALE"}


def break_shop() -> None:
    """Invalidate at once, as a handler of post_save does."""
    wrap("reference_app.caching.invalidation:transaction", _at_once)


def _at_once(right: Any) -> Any:
    return SimpleNamespace(get_connection=right.get_connection, on_commit=lambda move: move())
