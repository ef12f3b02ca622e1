"""The code of a method that is not supported has the method's name in it, so it is another one each time."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"ERR-001": "NOT_A_PROBLEM_DOCUMENT"}


def break_shop() -> None:
    """Make the code of the request."""
    wrap("reference_app.api.failures:render_problem", _with_method)


def _with_method(right: Any) -> Any:
    def render_problem(problem: Any, request: Any) -> Any:
        if problem.status == 405:
            problem.code = f"{request.method.lower()}_not_allowed"
        return right(problem, request)

    return render_problem
