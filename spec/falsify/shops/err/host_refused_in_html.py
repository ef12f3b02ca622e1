"""A request with an unknown Host is refused with an HTML page of the framework."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"ERR-001": "NOT_A_PROBLEM_DOCUMENT"}


def break_shop() -> None:
    """Refuse the host before the error format applies."""
    wrap("reference_app.http.middleware:ensure_problem", _with_page_for_hosts)


def _with_page_for_hosts(right: Any) -> Any:
    def ensure_problem(request: Any, response: Any) -> Any:
        from django.core.exceptions import DisallowedHost
        from django.http import HttpResponseBadRequest

        try:
            request.get_host()
        except DisallowedHost:
            return HttpResponseBadRequest("<!doctype html><title>Bad Request (400)</title>")
        return right(request, response)

    return ensure_problem
