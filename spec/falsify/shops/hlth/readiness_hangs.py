"""Readiness waits a minute for a cache that is down."""

from __future__ import annotations

import time
from collections.abc import Callable

from spec.falsify.patching import wrap

KILLS = {"HLTH-003": "DEPENDENCY_NOT_REPORTED"}
PATIENCE_SECONDS = 60


def break_shop() -> None:
    """Ask the cache without a time-out."""
    wrap("reference_app.observability.readiness:cache_answers", _patiently)


def _patiently(right: Callable[[str], bool]) -> Callable[[str], bool]:
    def cache_answers(url: str) -> bool:
        up = right(url)
        if not up:
            time.sleep(PATIENCE_SECONDS)
        return up

    return cache_answers
