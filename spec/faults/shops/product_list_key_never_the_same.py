"""The key of a cached product list holds something that is new with each request, so nothing is ever found."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

from spec.faults.patching import wrap

KILLS = ("CACHE-001",)


def break_shop() -> None:
    """Add the id of the request to the key."""
    wrap("reference_app.catalogue.views:product_list_key", _with_request_id)


def _with_request_id(right: Any) -> Any:
    def make_key(version: str, parameters: Any) -> Any:
        key = right(version, parameters)
        return replace(key, name=f"{key.name}:{uuid.uuid4().hex}")

    return make_key
