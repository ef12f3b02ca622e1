"""Liveness and readiness, answered before host names, TLS, limits and routing are looked at (roadmap 3.2).

Liveness touches nothing: one that asks the database restarts every replica in a database outage. Readiness asks the
database and the cache apart, each within a time-out, so that it answers within five seconds also when they hang.
"""

from __future__ import annotations

from collections.abc import Callable

import orjson
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from reference_app.api.problems import MethodNotAllowed, render_problem
from reference_app.observability.readiness import probe


class Probes:
    """Answers GET and HEAD of /livez and /readyz."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Return the answer of a probe, or that of the rest of the shop."""
        if request.path not in {"/livez", "/readyz"}:
            return self.get_response(request)
        if request.method not in {"GET", "HEAD"}:
            return render_problem(MethodNotAllowed(headers={"Allow": "GET, HEAD"}), request)
        if request.path == "/livez":
            return render_probe({"status": "alive"}, status=200)
        state = probe.check()
        return render_probe(
            {
                "status": "ready" if state.ready else "not ready",
                "database": "up" if state.database else "down",
                "cache": "up" if state.cache else "down",
            },
            status=200 if state.ready else 503,
        )


def render_probe(content: dict[str, str], *, status: int) -> HttpResponse:
    """Return the answer of a probe; it is never stored."""
    return HttpResponse(
        orjson.dumps(content), status=status, content_type="application/json", headers={"Cache-Control": "no-store"}
    )
