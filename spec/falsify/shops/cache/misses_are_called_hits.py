"""Nothing is stored in the cache, and Cache-Status calls every answer a hit."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"CACHE-010": "CLAIM_CONTRADICTED"}


def break_shop() -> None:
    """Call every answer a hit and store nothing."""
    wrap("reference_app.caching.answers:keep", _forget)
    wrap("reference_app.caching.http:fetch", _claim_hits)


def _forget(right: Any) -> Any:
    del right

    def keep(*arguments: Any, **more: Any) -> None:
        del arguments, more

    return keep


def _claim_hits(right: Any) -> Any:
    def fetch(*arguments: Any, **more: Any) -> Any:
        from reference_app.caching.answers import Answer, Origin

        return Answer(right(*arguments, **more).body, Origin.HIT)

    return fetch
