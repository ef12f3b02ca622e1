"""Retry-After is a date, while the document says that it is a number of seconds."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"VAL-015": "HEADER_WRONG"}


def break_shop() -> None:
    """Write the moment at which the budget is whole again."""
    wrap("reference_app.http.middleware:settle_length", _as_date)


def _as_date(right: Any) -> Any:
    def settle_length(request: Any, response: Any) -> None:
        import time

        from django.utils.http import http_date

        right(request, response)
        seconds = response.headers.get("Retry-After", "")
        if response.status_code == 429 and seconds.isdecimal():
            response.headers["Retry-After"] = http_date(time.time() + int(seconds))

    return settle_length
