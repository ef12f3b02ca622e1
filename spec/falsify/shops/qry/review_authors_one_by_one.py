"""The list of reviews queries the database once for each author."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"QRY-003": "STATEMENTS_GROW"}


def break_shop() -> None:
    """Leave out select_related."""
    wrap("reference_app.reviews.views:list_reviews", _without_authors)


def _without_authors(right: Any) -> Any:
    return lambda **chosen: right(**chosen).select_related(None)
