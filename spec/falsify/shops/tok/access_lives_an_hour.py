"""Access tokens live an hour."""

from __future__ import annotations

KILLS = {"TOK-001": "TOKEN_LIFETIME_WRONG"}
SETTINGS = {"ACCESS_TOKEN_MINUTES": "60"}


def break_shop() -> None:
    """Change nothing in the code; the setting alone is wrong."""
