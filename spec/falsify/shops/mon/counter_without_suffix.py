"""The counter of requests is exposed without the suffix that counters have."""

from __future__ import annotations

from spec.falsify.patching import wrap

KILLS = {"MON-001": "FORMAT_WRONG"}


def break_shop() -> None:
    """Rename the counter in the text."""
    wrap(
        "reference_app.observability.metrics:generate_latest",
        lambda right: lambda registry: right(registry).replace(b"shop_http_requests_total", b"shop_http_requests"),
    )
