"""Staff who withdraw a product that is not there are told that their request is invalid, not that there is nothing."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"ERR-005": "WRONG_STATUS"}


def break_shop() -> None:
    """Refuse as invalid what nothing was found for."""
    wrap("reference_app.api.failures:describe", _as_invalid)


def _as_invalid(right: Any) -> Any:
    def describe(failure: Any, view: Any = None) -> Any:
        from reference_app.api.problems import BrokenRequest, NotFound

        problem = right(failure, view)
        by_staff = view is not None and view.request.method == "DELETE" and "products" in view.request.path
        return BrokenRequest() if by_staff and isinstance(problem, NotFound) else problem

    return describe
