"""Anonymous clients have the higher limit of signed-in users."""

from __future__ import annotations

KILLS = {"RATE-001": "ADMITTED_BEYOND_BUDGET"}
SETTINGS = {"THROTTLE_ANON": "1000/hour"}


def break_shop() -> None:
    """Change nothing in the code; the setting alone is wrong."""
