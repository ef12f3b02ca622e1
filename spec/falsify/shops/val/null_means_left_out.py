"""A null in a body counts as a missing field, and the change is answered with success."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"VAL-003": "WRONG_VALUE_ACCEPTED"}


def break_shop() -> None:
    """Drop every null before the body is validated."""
    wrap("reference_app.api.views:read_json", _without_nulls)


def _without_nulls(right: Any) -> Any:
    def read_json(request: Any) -> Any:
        body = right(request)
        if not isinstance(body, dict):
            return body
        return {name: value for name, value in body.items() if value is not None}

    return read_json
