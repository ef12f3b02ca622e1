"""Signed-in callers whose request fails are told the exception, in a header that was meant for the own app."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"ERR-003": "INTERNALS_REVEALED"}


def break_shop() -> None:
    """Tell signed-in callers what failed."""
    wrap("reference_app.http.handlers:server_error", _told_to_customers)


def _told_to_customers(right: Any) -> Any:
    def server_error(request: Any) -> Any:
        import sys

        from reference_app.api.problems import InternalError, render_problem

        failure = sys.exc_info()[1]
        if request.headers.get("Authorization") and failure is not None:
            return render_problem(InternalError(f"{type(failure).__name__}: {failure}"), request)
        return right(request)

    return server_error
