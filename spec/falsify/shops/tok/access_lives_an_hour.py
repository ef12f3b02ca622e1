"""Access tokens live an hour, as a library's example had it."""

from __future__ import annotations

KILLS = {"TOK-001": "TOKEN_LIFETIME_WRONG"}
SETTINGS = {"ACCESS_TOKEN_MINUTES": "60"}


def break_shop() -> None:
    """The setting alone is wrong."""
