"""Every twentieth read of a list, a product or a cart ends in an unhandled failure."""

from __future__ import annotations

import itertools
from typing import Any

from spec.faults.patching import wrap

KILLS = ("PERF-002",)

EVERY = 20


def break_shop() -> None:
    """Fail now and then, as a pool that is too small or a broken replica does."""
    wrap("reference_app.caching.http:fetch", _now_and_then)


def _now_and_then(right: Any) -> Any:
    count = itertools.count(1)

    def fetch(*arguments: Any, **more: Any) -> Any:
        if next(count) % EVERY == 0:
            message = "connection already closed"
            raise RuntimeError(message)
        return right(*arguments, **more)

    return fetch
