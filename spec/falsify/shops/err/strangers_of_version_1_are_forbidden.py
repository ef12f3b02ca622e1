"""Version 1 answers absent credentials with 403, as older frameworks do; version 2 with 401."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"ERR-005": "WRONG_STATUS"}


def break_shop() -> None:
    """Forbid instead of asking for credentials."""
    wrap("reference_app.api.failures:describe", _forbidding)


def _forbidding(right: Any) -> Any:
    def describe(failure: Any, view: Any = None) -> Any:
        from reference_app.api.problems import Forbidden, NotAuthenticated

        problem = right(failure, view)
        old = view is not None and str(view.request.version) == "v1"
        absent = old and not view.request.headers.get("Authorization")
        return Forbidden() if absent and isinstance(problem, NotAuthenticated) else problem

    return describe
