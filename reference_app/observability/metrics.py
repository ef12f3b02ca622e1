"""Metrics in the Prometheus text format, summed over all workers (roadmap 3.2)."""

from __future__ import annotations

import hmac
import os

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from reference_app.accounts.selectors import find_token_holder
from reference_app.accounts.tokens import AccessClaims
from reference_app.api.problems import Forbidden, NotAuthenticated, render_problem

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
    """Counts one answered request. A method that a client made up is counted as "other": labels stay bounded."""
    known = method if method in KNOWN_METHODS else "other"
    REQUESTS.labels(known, route, str(status)).inc()
    DURATIONS.labels(known, route).observe(seconds)


def observe_statement(seconds: float) -> None:
    """Counts one database statement."""
    STATEMENTS.observe(seconds)


@require_safe
def metrics_page(request: HttpRequest) -> HttpResponse:
    """GET /metrics, for the scraper that holds METRICS_TOKEN and for staff."""
    refusal = refuse_reader(request)
    if refusal is not None:
        return render_problem(refusal, request)
    return HttpResponse(generate_latest(collect()), content_type=CONTENT_TYPE_LATEST)


def refuse_reader(request: HttpRequest) -> NotAuthenticated | Forbidden | None:
    """Why this caller may not read the metrics, or None."""
    offered = request.headers.get("Authorization", "").encode()
    if settings.METRICS_TOKEN and hmac.compare_digest(offered, f"Bearer {settings.METRICS_TOKEN}".encode()):
        return None
    bearer = getattr(request, "bearer", None)
    reader = find_token_holder(claims=bearer) if isinstance(bearer, AccessClaims) else None
    if reader is None:
        return NotAuthenticated()
    return None if reader.is_staff else Forbidden()


def collect() -> CollectorRegistry:
    """The registry of all workers where they share a folder, else that of this process."""
    if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call] # the library is not typed here
    return registry
