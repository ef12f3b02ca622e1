"""Version 1 answers an unknown id with plain JSON in the framework's form; version 2 with a problem document."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"ERR-001": "NOT_A_PROBLEM_DOCUMENT"}


def break_shop() -> None:
    """Leave the framework's answer as it is where the old version misses a thing."""
    wrap("reference_app.http.middleware:ensure_problem", _sparing_version_1)


def _sparing_version_1(right: Any) -> Any:
    def ensure_problem(request: Any, response: Any) -> Any:
        from django.http import JsonResponse

        if response.status_code == 404 and request.path.startswith("/api/v1/") and request.resolver_match:
            return JsonResponse({"detail": "Not found."}, status=404)
        return right(request, response)

    return ensure_problem
