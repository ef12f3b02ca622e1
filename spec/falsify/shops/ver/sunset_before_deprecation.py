"""The deprecated version is to end before the day on which it was deprecated."""

from __future__ import annotations

from spec.falsify.patching import wrap

KILLS = {"VER-002": "HEADER_WRONG"}
YEARS = 2 * 365 * 86_400


def break_shop() -> None:
    """Write the end two years too early."""
    wrap("reference_app.api.versions:http_date", lambda right: lambda moment: right(moment - YEARS))
