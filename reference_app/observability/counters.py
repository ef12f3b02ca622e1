"""The metrics of the shop. Several workers share them through files where PROMETHEUS_MULTIPROC_DIR names a folder."""

from __future__ import annotations

from functools import cache

from prometheus_client import Counter, Histogram

KNOWN_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.35, 0.5, 1.0, 2.5, 5.0, 10.0)

REQUESTS = Counter("shop_http_requests_total", "Requests answered.", ["method", "route", "status"])
DURATIONS = Histogram(
    "shop_http_request_duration_seconds", "Time to answer a request.", ["method", "route"], buckets=BUCKETS
)
STATEMENTS = Histogram("shop_database_statement_duration_seconds", "Time of a database statement.", buckets=BUCKETS)
THROTTLED = Counter("shop_throttled_requests_total", "Requests refused by a limit.", ["limit"])
THROTTLE_STORE_FAILURES = Counter("shop_throttle_store_failures_total", "Decisions made without the counter store.")
TOKEN_REFRESHES = Counter("shop_token_refreshes_total", "Refreshes of tokens, by outcome.", ["outcome"])


def count_request(*, method: str, route: str, status: int, seconds: float) -> None:
    """Count one answered request. A method that a client made up is counted as "other": labels stay bounded."""
    answered, timed = series_of(method if method in KNOWN_METHODS else "other", route, status)
    answered.inc()
    timed.observe(seconds)


@cache  # of as many as there are series: methods, routes and statuses are few
def series_of(method: str, route: str, status: int) -> tuple[Counter, Histogram]:
    """Return counter and timer of these requests, remembered: to find them by labels takes as long as to count."""
    return REQUESTS.labels(method, route, str(status)), DURATIONS.labels(method, route)


def observe_statement(seconds: float) -> None:
    """Count one database statement."""
    STATEMENTS.observe(seconds)
