"""Whole numbers are accepted in other types, such as "5" and true."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"VAL-003": "WRONG_VALUE_ACCEPTED"}


def break_shop() -> None:
    """Convert the value instead of refusing it."""
    wrap("reference_app.api.fields:Whole.to_internal_value", _converting)


def _converting(right: Any) -> Any:
    def to_internal_value(field: Any, data: Any) -> Any:
        try:
            return int(data)
        except (TypeError, ValueError):
            return right(field, data)

    return to_internal_value
