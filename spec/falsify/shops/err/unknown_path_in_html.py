"""An unknown path is answered with an HTML page of the framework."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"ERR-001": "NOT_A_PROBLEM_DOCUMENT"}


def break_shop() -> None:
    """Answer in HTML and leave it so."""
    wrap("reference_app.http.handlers:page_not_found", lambda right: answer_page)
    wrap("reference_app.http.middleware:ensure_problem", _sparing_pages)


def answer_page(request: Any, exception: Exception) -> Any:
    """Return the page that the framework shows by default."""
    from django.http import HttpResponseNotFound

    return HttpResponseNotFound("<!doctype html><title>Not Found</title><h1>Not Found</h1>")


def _sparing_pages(right: Any) -> Any:
    return lambda request, response: response if response.status_code == 404 else right(request, response)
