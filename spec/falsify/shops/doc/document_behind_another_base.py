"""The document names a server path below which nothing is served, as after a move behind another prefix."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"DOC-001": "NOT_DOCUMENTED"}


def break_shop() -> None:
    """Keep the old prefix in the document."""
    wrap("reference_app.api.documents:SchemaGenerator.get_schema", _moved)


def _moved(right: Any) -> Any:
    def get_schema(self: Any, *arguments: Any, **named: Any) -> Any:
        return {**right(self, *arguments, **named), "servers": [{"url": "/shop"}]}

    return get_schema
