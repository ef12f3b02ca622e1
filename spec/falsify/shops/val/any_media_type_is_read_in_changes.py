"""A change is read as JSON whatever type its body says to be of; a creation is not."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"VAL-012": "WRONG_STATUS"}


def break_shop() -> None:
    """Read the body without a look at its type."""
    wrap("reference_app.api.views:read_json", _of_any_type)


def _of_any_type(right: Any) -> Any:
    def read_json(request: Any) -> Any:
        from reference_app.api.json_bodies import parse_json

        if request.method == "PATCH":
            return parse_json(bytes(request._request.body))
        return right(request)

    return read_json
