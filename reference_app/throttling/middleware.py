"""Hold each request against its budgets, before any view and before any database access (roadmap 1.1)."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from reference_app.api.problems import TooManyRequests, Unavailable, render_problem
from reference_app.observability.counters import THROTTLE_STORE_FAILURES, THROTTLED
from reference_app.observability.events import security_event
from reference_app.throttling.counter_store import Decision, StoreDown, current_store
from reference_app.throttling.limits import budgets_of

# Probes are answered further out. A scraper asks more often than an anonymous client may, and holds a secret.
EXEMPT_PATHS = ("/metrics", "/static/")


class Throttling:
    """Everything counts: 404, 401 and broken requests as well as successes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Return 429, or what the shop answers, with the state of the budgets on both."""
        if request.path.startswith(EXEMPT_PATHS):
            return self.get_response(request)
        try:
            decision = current_store().decide(budgets_of(request))
        except StoreDown:
            return self.answer_without_store(request)
        response = self.get_response(request) if decision.admitted else refuse(request, decision)
        announce(response, decision)
        return response

    def answer_without_store(self, request: HttpRequest) -> HttpResponseBase:
        """Apply the declared policy: the shop sells without limits for a while, or is closed for a while."""
        THROTTLE_STORE_FAILURES.inc()
        security_event("throttle_store_down", policy=settings.THROTTLE_STORE_DOWN)
        if settings.THROTTLE_STORE_DOWN == "closed":
            return render_problem(Unavailable("Limits cannot be checked now.", headers={"Retry-After": "5"}), request)
        return self.get_response(request)


def refuse(request: HttpRequest, decision: Decision) -> HttpResponseBase:
    """Return the 429: which limit, and when to come back."""
    names = [standing.budget.name for standing in decision.refusing]
    for name in names:
        THROTTLED.labels(name).inc()
    security_event("throttled", limits=names, retry_after=decision.retry_after)
    problem = TooManyRequests(
        f"The limit {', '.join(names)} is reached. Try again in {decision.retry_after} seconds.",
        headers={"Retry-After": str(decision.retry_after)},
    )
    return render_problem(problem, request)


def announce(response: HttpResponseBase, decision: Decision) -> None:
    """State every budget of the request in RateLimit and RateLimit-Policy.

    Both are advisory, and their syntax may change (draft-ietf-httpapi-ratelimit-headers-11, work in progress).
    Retry-After (RFC 9110 section 10.2.3) is the promise.
    """
    response.headers["RateLimit-Policy"] = ", ".join(
        f'"{standing.budget.name}";q={standing.budget.rate.quantity};w={standing.budget.rate.seconds}'
        for standing in decision.standings
    )
    response.headers["RateLimit"] = ", ".join(
        f'"{standing.budget.name}";r={standing.remaining};t={standing.reset_seconds}' for standing in decision.standings
    )
