"""Observe each request: one id, one `request` event, one count in the metrics, one Server-Timing header."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from django.db import connection
from django.http import HttpRequest, HttpResponseBase

from reference_app.http.addresses import client_address
from reference_app.observability.counters import count_request
from reference_app.observability.events import security_event
from reference_app.observability.logs import request_facts, write_event
from reference_app.observability.request_names import caller_of, choose_request_id, find_route
from reference_app.observability.statements import StatementClock

log = logging.getLogger("shop.request")


class RequestObservation:
    """The outermost middleware: it sees every answer, whether a view or another middleware gives it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, and leave exactly one event."""
        started = time.perf_counter()
        request.request_id = choose_request_id(request.META.get("HTTP_X_REQUEST_ID"))  # type: ignore[attr-defined]
        request.client = client_address(request.META)  # type: ignore[attr-defined]
        request_facts.set({"request_id": request.request_id, "client": request.client})  # type: ignore[attr-defined]
        clock = StatementClock()
        with connection.execute_wrapper(clock):
            response = self.get_response(request)
        seconds = time.perf_counter() - started
        self.report(request, response, seconds, clock)
        request_facts.set(None)
        return response

    def report(self, request: HttpRequest, response: HttpResponseBase, seconds: float, clock: StatementClock) -> None:
        """Write the event, the metrics and the timing header."""
        route = find_route(request)
        status = response.status_code
        user_id = caller_of(request)
        if status in {401, 403}:
            security_event("access_refused", route=route, status=status, user_id=user_id)
        count_request(method=str(request.method), route=route, status=status, seconds=seconds)
        write_event(
            log,
            "request",
            method=request.method,
            route=route,
            status=status,
            duration_ms=round(seconds * 1000, 3),
            user_id=user_id,
            statements=clock.count,
        )
        response.headers["Server-Timing"] = (
            f'db;dur={clock.seconds * 1000:.2f};desc="{clock.count}", app;dur={seconds * 1000:.2f}'
        )
