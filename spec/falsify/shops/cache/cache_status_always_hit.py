"""Cache-Status always says hit, although every answer is read from the database."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"CACHE-001": "HEADER_WRONG"}


def break_shop() -> None:
    """Call every answer a hit and bypass the cache."""
    wrap("reference_app.caching.http:fetch", _always_fresh)


def _always_fresh(right: Any) -> Any:
    del right

    def fetch(key: Any, produce: Any) -> Any:
        from reference_app.caching.answers import Answer, Origin

        del key
        return Answer(produce(), Origin.HIT)

    return fetch
