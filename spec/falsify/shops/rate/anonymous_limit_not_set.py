"""Anonymous clients have the limit of signed-in users: the deployment never set theirs."""

from __future__ import annotations

KILLS = {"RATE-001": "ADMITTED_BEYOND_BUDGET"}
SETTINGS = {"THROTTLE_ANON": "1000/hour"}


def break_shop() -> None:
    """The setting alone is wrong."""
