"""A Host that is not served is refused by the framework, in HTML, before the error format is reached."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"ERR-001": "NOT_A_PROBLEM_DOCUMENT"}


def break_shop() -> None:
    """Refuse it by itself, and leave it so."""
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
