"""A throttled request is refused with plain JSON in the framework's form instead of a problem document."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"ERR-001": "NOT_A_PROBLEM_DOCUMENT"}


def break_shop() -> None:
    """Refuse in the framework's form and leave it so."""
    wrap("reference_app.throttling.middleware:refuse", lambda right: answer_plainly)
    wrap("reference_app.http.middleware:ensure_problem", _sparing_429)


def answer_plainly(request: Any, decision: Any) -> Any:
    """Return the answer that the framework gives by default."""
    from django.http import JsonResponse

    return JsonResponse(
        {"detail": "Request was throttled."}, status=429, headers={"Retry-After": str(decision.retry_after)}
    )


def _sparing_429(right: Any) -> Any:
    return lambda request, response: response if response.status_code == 429 else right(request, response)
