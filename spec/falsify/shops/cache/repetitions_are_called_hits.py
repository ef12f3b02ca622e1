"""Nothing is stored in the cache, and Cache-Status says hit for every answer that a worker gives again."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"CACHE-010": "CLAIM_CONTRADICTED"}


def break_shop() -> None:
    """Remember the names of answers and store none."""
    wrap("reference_app.caching.answers:keep", _forget)
    wrap("reference_app.caching.http:fetch", _claim_by_name)


def _forget(right: Any) -> Any:
    del right

    def keep(*arguments: Any, **more: Any) -> None:
        del arguments, more

    return keep


def _claim_by_name(right: Any) -> Any:
    answered: set[str] = set()

    def fetch(key: Any, produce: Any) -> Any:
        from reference_app.caching.answers import Answer, Origin

        origin = Origin.HIT if key.name in answered else Origin.MISS
        answered.add(key.name)
        return Answer(right(key, produce).body, origin)

    return fetch
