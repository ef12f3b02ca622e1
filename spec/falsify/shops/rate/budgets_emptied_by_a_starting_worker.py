"""Each worker empties the counter store when it starts, so a restart resets every budget."""

from __future__ import annotations

KILLS = {"RATE-011": "ADMITTED_BEYOND_BUDGET"}


def break_shop() -> None:
    """Empty the store; a worker imports the application once, when it starts."""
    import redis
    from django.conf import settings

    with redis.Redis.from_url(settings.COUNTERS_URL) as counters:
        counters.flushdb()
