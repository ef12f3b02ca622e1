"""Every second addition to a cart fails with an unhandled error."""

from __future__ import annotations

import itertools
from typing import Any

from spec.falsify.patching import wrap

KILLS = {"PERF-002": "LIMIT_MISSED"}


def break_shop() -> None:
    """Fail every second time, as behind a balancer with one broken replica."""
    wrap("reference_app.cart.services:add_line", _every_second_time)


def _every_second_time(right: Any) -> Any:
    count = itertools.count(1)

    def add_line(*arguments: Any, **more: Any) -> Any:
        if next(count) % 2 == 0:
            message = "connection already closed"
            raise RuntimeError(message)
        return right(*arguments, **more)

    return add_line
