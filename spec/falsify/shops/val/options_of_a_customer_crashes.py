"""OPTIONS fails unhandled for a caller who is signed in."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"VAL-014": "SERVER_ERROR"}


def break_shop() -> None:
    """Fail where a method without a declared operation comes with a token."""
    wrap("reference_app.throttling.middleware:Throttling.__call__", _failing)


def _failing(right: Any) -> Any:
    def call(self: Any, request: Any) -> Any:
        if request.method == "OPTIONS" and getattr(request.bearer, "user_id", None) is not None:
            raise LookupError(request.method)
        return right(self, request)

    return call
