"""The documents do not say what the id of a variant is in a path."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"DOC-003": "NOT_DOCUMENTED"}


def break_shop() -> None:
    """Leave the description of one parameter empty."""
    wrap("reference_app.api.schema:describe_path_parameter", _but_one)


def _but_one(right: Any) -> Any:
    return lambda name: "" if name == "variant_id" else right(name)
