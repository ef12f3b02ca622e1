"""Texts longer than documented are accepted and cut."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"VAL-003": "WRONG_VALUE_ACCEPTED"}


def break_shop() -> None:
    """Cut a text that is too long."""
    wrap("reference_app.api.fields:Text.run_validation", _cutting)


def _cutting(right: Any) -> Any:
    def run_validation(field: Any, *data: Any) -> Any:
        if data and isinstance(data[0], str):
            return right(field, data[0][: field.max_length])
        return right(field, *data)

    return run_validation
