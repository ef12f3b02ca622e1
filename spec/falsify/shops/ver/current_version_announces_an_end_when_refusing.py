"""The current version refuses with a Sunset header, as if it were the one that ends."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"VER-002": "HEADER_WRONG"}


def break_shop() -> None:
    """Take every error of a missing thing for one of the old version."""
    wrap("reference_app.http.middleware:announce_retirement", _on_not_found)


def _on_not_found(right: Any) -> Any:
    def announce(response: Any, path: str) -> None:
        right(response, path.replace("/api/v2/", "/api/v1/") if response.status_code == 404 else path)

    return announce
