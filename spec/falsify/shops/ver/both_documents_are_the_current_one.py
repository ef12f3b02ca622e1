"""The address of the deprecated version's document serves the current version's."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"VER-005": "NOT_DOCUMENTED"}


def break_shop() -> None:
    """Render the current document for every version."""
    wrap("reference_app.api.documents:render_document", _current)


def _current(right: Any) -> Any:
    return lambda _version: right("v2")
