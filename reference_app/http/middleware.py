"""Validate requests before they are routed, and complete answers after."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from reference_app.api.problems import MEDIA_TYPE, render_problem
from reference_app.api.versions import announce_retirement
from reference_app.http.handlers import problem_for_status
from reference_app.http.security_headers import forbid_storing_by_default, protect
from reference_app.http.validation import TlsRequired, find_fault, lacks_tls

KEPT_HEADERS = ("Allow", "WWW-Authenticate", "Retry-After")
PERMANENT_REDIRECT = 308
WITHOUT_CONTENT = (204, 304)
"""Statuses of answers that have no body, and so no media type."""


class RequestValidation:
    """Refuses what is broken, too large or in clear, before it costs anything."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Return the problem, or what the shop answers."""
        if lacks_tls(request) and (settings.PLAIN_HTTP == "refuse" or request.method not in {"GET", "HEAD"}):
            return render_problem(TlsRequired("Use https."), request)
        fault = find_fault(request)
        if fault is not None:
            return render_problem(fault, request)
        if lacks_tls(request):
            address = f"https://{request.get_host()}{request.get_full_path()}"
            return HttpResponse(status=PERMANENT_REDIRECT, headers={"Location": address})
        return self.get_response(request)


class ResponseHeaders:
    """Makes every answer complete: problem documents for errors, security headers, request id, length."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Return the answer from inside, completed."""
        response = ensure_problem(request, self.get_response(request))
        if response.status_code in WITHOUT_CONTENT:
            response.headers.pop("Content-Type", None)  # Django sets one on each answer, and the policy follows from it
        protect(request, response)
        forbid_storing_by_default(response)
        announce_retirement(response, request.path)
        response.headers["X-Request-ID"] = request.request_id  # type: ignore[attr-defined]
        settle_length(request, response)
        return response


def ensure_problem(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Turn errors of Django or a library into problem documents, and keep the headers that programs need."""
    if response.status_code < 400 or response.headers.get("Content-Type", "").startswith(MEDIA_TYPE):
        return response
    if request.path in {"/livez", "/readyz"}:
        return response  # 503 of readiness is a report, not an error
    problem = problem_for_status(response.status_code)
    problem.headers.update({name: response.headers[name] for name in KEPT_HEADERS if name in response.headers})
    response.close()
    return render_problem(problem, request)


def settle_length(request: HttpRequest, response: HttpResponseBase) -> None:
    """State the length, so that connections stay open; HEAD has the length and no body (RFC 9110)."""
    if isinstance(response, HttpResponse) and not response.streaming:
        if response.status_code not in WITHOUT_CONTENT:
            response.headers["Content-Length"] = str(len(response.content))
        if request.method == "HEAD":
            response.content = b""
