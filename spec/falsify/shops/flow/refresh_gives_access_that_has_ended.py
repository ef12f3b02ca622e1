"""A refresh is answered with an access token that has expired already."""

from __future__ import annotations

import datetime
from typing import Any

from spec.falsify.patching import wrap

KILLS = {"FLOW-007": "UNEXPECTED_ANSWER"}
AGE = datetime.timedelta(days=1)


def break_shop() -> None:
    """Sign the access token of a successor for yesterday."""
    wrap("reference_app.accounts.families:rotate", _issued_yesterday)


def _issued_yesterday(right: Any) -> Any:
    def rotate(claims: Any) -> Any:
        successor = right(claims)
        if successor is not None:
            successor.issued_at -= AGE
        return successor

    return rotate
