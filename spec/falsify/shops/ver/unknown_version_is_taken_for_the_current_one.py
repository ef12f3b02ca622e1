"""A version after the current one is answered as the current one."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"VER-001": "WRONG_STATUS"}


def break_shop() -> None:
    """Route version 3 as version 2."""
    wrap("reference_app.observability.middleware:RequestObservation.__call__", _rewriting)


def _rewriting(right: Any) -> Any:
    def answer(middleware: Any, request: Any) -> Any:
        for name in ("path", "path_info"):
            setattr(request, name, getattr(request, name).replace("/api/v3/", "/api/v2/"))
        return right(middleware, request)

    return answer
