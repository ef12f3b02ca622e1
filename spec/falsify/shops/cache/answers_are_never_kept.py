"""Answers are looked up in the cache and never stored in it."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"CACHE-010": "LIMIT_MISSED"}


def break_shop() -> None:
    """Store nothing, so that every look-up is a miss."""
    wrap("reference_app.caching.answers:keep", _forget)


def _forget(right: Any) -> Any:
    del right

    def keep(*arguments: Any, **more: Any) -> None:
        del arguments, more

    return keep
