"""A body that is not JSON leads to an unhandled error with status 500."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from spec.falsify.patching import wrap

KILLS = {"ERR-005": "WRONG_STATUS"}


def break_shop() -> None:
    """Raise an error that no handler expects."""
    wrap("reference_app.api.json_bodies:refuse", _or_crash)


def _or_crash(right: Callable[[str, str], Any]) -> Callable[[str, str], Any]:
    def refuse(code: str, detail: str) -> Any:
        if code == "not_json":
            raise ValueError(detail)
        return right(code, detail)

    return refuse
