"""A read of version 1 that names an entity tag fails unhandled."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"VAL-014": "SERVER_ERROR"}


def break_shop() -> None:
    """Fail where an old client asks whether something has changed."""
    wrap("reference_app.throttling.middleware:Throttling.__call__", _failing)


def _failing(right: Any) -> Any:
    def call(self: Any, request: Any) -> Any:
        if "HTTP_IF_NONE_MATCH" in request.META and request.path.startswith("/api/v1/"):
            raise LookupError(request.path)
        return right(self, request)

    return call
