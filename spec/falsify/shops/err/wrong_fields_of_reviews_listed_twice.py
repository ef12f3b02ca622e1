"""Each wrong field of a review is listed twice: with its own reason, and with a summary."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"ERR-002": "FIELD_NOT_NAMED"}


def break_shop() -> None:
    """Add a summary of each field to the list."""
    wrap("reference_app.api.failures:render_problem", _with_summaries)


def _with_summaries(right: Any) -> Any:
    def render_problem(problem: Any, request: Any) -> Any:
        from reference_app.api.problems import FieldError

        if request.path.endswith("/reviews"):
            summaries = (FieldError(one.pointer, "invalid", "This part is not valid.") for one in problem.errors)
            problem.errors = (*problem.errors, *summaries)
        return right(problem, request)

    return render_problem
