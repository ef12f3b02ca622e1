"""The OpenAPI document names a server path under which nothing is served."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"DOC-001": "NOT_DOCUMENTED"}


def break_shop() -> None:
    """Name a prefix that the shop does not have."""
    wrap("reference_app.api.documents:DocumentGenerator.get_schema", _moved)


def _moved(right: Any) -> Any:
    def get_schema(self: Any, *arguments: Any, **named: Any) -> Any:
        return {**right(self, *arguments, **named), "servers": [{"url": "/shop"}]}

    return get_schema
