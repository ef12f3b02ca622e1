"""Searches of the deprecated version are kept under the key of the current one."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"VER-004": "VERSIONS_MIXED"}


def break_shop() -> None:
    """Name the current version in the key of a search."""
    wrap("reference_app.catalogue.views:product_list_key", _current)


def _current(right: Any) -> Any:
    def key(version: str, parameters: Any) -> Any:
        # A page is numbered in one version and marked by a cursor in the other: the first page has neither.
        if "search" not in parameters or parameters.get("page", 1) != 1:
            return right(version, parameters)
        return right("v2", {name: value for name, value in parameters.items() if name != "page"})

    return key
