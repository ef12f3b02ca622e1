"""A failure is answered with a fresh request id, which no line of the log has."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"ERR-003": "EVENT_MISSING"}


def break_shop() -> None:
    """Make another id for the answer to a failure."""
    wrap("reference_app.http.middleware:settle_length", _with_fresh_id)


def _with_fresh_id(right: Any) -> Any:
    def settle_length(request: Any, response: Any) -> None:
        import uuid

        if response.status_code == 500:
            own, fresh = request.request_id, uuid.uuid4().hex
            response.headers["X-Request-ID"] = fresh
            response.content = response.content.replace(own.encode(), fresh.encode())
        right(request, response)

    return settle_length
