"""Version 1 stops at the first wrong field of a body, and lists that alone."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"ERR-002": "FIELD_NOT_NAMED"}


def break_shop() -> None:
    """Cut the list short."""
    wrap("reference_app.api.failures:render_problem", _first_alone)


def _first_alone(right: Any) -> Any:
    def render_problem(problem: Any, request: Any) -> Any:
        if request.path.startswith("/api/v1/"):
            problem.errors = problem.errors[:1]
        return right(problem, request)

    return render_problem
