"""The deprecated version says that nothing was modified without saying that it ends."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"VER-002": "HEADER_MISSING"}


def break_shop() -> None:
    """Announce the end with every answer but a 304."""
    wrap("reference_app.http.middleware:announce_retirement", _except_304)


def _except_304(right: Any) -> Any:
    def announce(response: Any, path: str) -> None:
        if response.status_code != 304:
            right(response, path)

    return announce
