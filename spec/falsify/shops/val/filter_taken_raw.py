"""Query parameters reach the database unchecked, such as a word as a price or a NUL in a search."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"VAL-014": "SERVER_ERROR"}


def break_shop() -> None:
    """Accept any text in a query."""
    wrap("reference_app.api.fields:Text.run_validation", _raw)


def _raw(right: Any) -> Any:
    def run_validation(field: Any, *data: Any) -> Any:
        from reference_app.api.queries import QueryText

        if isinstance(field, QueryText) and data and isinstance(data[0], str):
            return data[0]
        return right(field, *data)

    return run_validation
