"""RateLimit and RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers-11, work in progress): advisory.

Their syntax may change with the draft. Retry-After (RFC 9110 section 10.2.3) is the promise.
"""

from __future__ import annotations

from django.http import HttpResponseBase

from reference_app.throttling.store import Decision


def announce(response: HttpResponseBase, decision: Decision) -> None:
    """States every budget that the request was held against."""
    response.headers["RateLimit-Policy"] = ", ".join(
        f'"{standing.budget.name}";q={standing.budget.rate.quantity};w={standing.budget.rate.seconds}'
        for standing in decision.standings
    )
    response.headers["RateLimit"] = ", ".join(
        f'"{standing.budget.name}";r={standing.remaining};t={standing.reset_seconds}' for standing in decision.standings
    )
