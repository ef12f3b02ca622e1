"""The page of the metrics: the Prometheus text format, summed over all workers (roadmap 3.2)."""

from __future__ import annotations

import hmac
import os

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from reference_app.accounts.selectors import find_token_holder
from reference_app.accounts.tokens import AccessClaims
from reference_app.api.problems import Forbidden, NotAuthenticated, render_problem


@require_safe
def metrics_page(request: HttpRequest) -> HttpResponse:
    """Answer GET /metrics, for the scraper that holds METRICS_TOKEN and for staff."""
    refusal = refuse_reader(request)
    if refusal is not None:
        return render_problem(refusal, request)
    return HttpResponse(generate_latest(collect()), content_type=CONTENT_TYPE_LATEST)


def refuse_reader(request: HttpRequest) -> NotAuthenticated | Forbidden | None:
    """Return the refusal for a caller that may not read the metrics, or None."""
    offered = request.headers.get("Authorization", "").encode()
    if settings.METRICS_TOKEN and hmac.compare_digest(offered, f"Bearer {settings.METRICS_TOKEN}".encode()):
        return None
    bearer = getattr(request, "bearer", None)
    reader = find_token_holder(claims=bearer) if isinstance(bearer, AccessClaims) else None
    if reader is None:
        return NotAuthenticated()
    return None if reader.is_staff else Forbidden()


def collect() -> CollectorRegistry:
    """Return the registry of all workers where they share a folder, else that of this process."""
    if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call] # the library is not typed here
    return registry
