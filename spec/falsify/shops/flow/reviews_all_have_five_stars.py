"""Every review is stored with the best rating."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"FLOW-005": "WRONG_CONTENT"}


def break_shop() -> None:
    """Write five stars."""
    wrap("reference_app.reviews.views:write_review", _with_five_stars)


def _with_five_stars(right: Any) -> Any:
    return lambda **review: right(**{**review, "rating": 5})
