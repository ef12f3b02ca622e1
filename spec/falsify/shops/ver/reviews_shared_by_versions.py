"""The reviews of a product are kept under one key for both versions."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"VER-004": "VERSIONS_MIXED"}


def break_shop() -> None:
    """Forget the version in the key."""
    wrap("reference_app.reviews.views:review_list_key", _any_version)


def _any_version(right: Any) -> Any:
    def key(_version: str, product_id: int, parameters: Any) -> Any:
        # A page is numbered in one version and marked by a cursor in the other: the first page has neither.
        asked = {name: value for name, value in parameters.items() if (name, value) != ("page", 1)}
        return right("any", product_id, asked)

    return key
