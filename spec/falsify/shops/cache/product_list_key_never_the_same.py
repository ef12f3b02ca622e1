"""The cache key of a public answer contains a new random value in each request, so nothing is found again."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

from spec.falsify.patching import wrap

KILLS = {"CACHE-001": "NOT_CACHED"}


def break_shop() -> None:
    """Add a random value to the key."""
    wrap("reference_app.api.views:respond", _with_request_id)


def _with_request_id(right: Any) -> Any:
    def respond(request: Any, key: Any, produce: Any, **more: Any) -> Any:
        return right(request, replace(key, name=f"{key.name}:{uuid.uuid4().hex}"), produce, **more)

    return respond
