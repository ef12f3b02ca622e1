"""The pointers of a refused change begin with the name of the resource, so they lead nowhere in what was sent."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"ERR-002": "FIELD_NOT_NAMED"}


def break_shop() -> None:
    """Prefix the pointers of changes."""
    wrap("reference_app.api.failures:render_problem", _prefixed)


def _prefixed(right: Any) -> Any:
    def render_problem(problem: Any, request: Any) -> Any:
        from dataclasses import replace

        if request.method == "PATCH":
            problem.errors = tuple(replace(one, pointer=f"/data/attributes{one.pointer}") for one in problem.errors)
        return right(problem, request)

    return render_problem
