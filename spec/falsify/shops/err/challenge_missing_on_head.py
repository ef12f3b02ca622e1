"""HEAD is refused with 401 and without WWW-Authenticate; the same GET has it."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"ERR-005": "HEADER_MISSING"}


def break_shop() -> None:
    """Take the challenge off again."""
    wrap("reference_app.http.middleware:settle_length", _without_challenge)


def _without_challenge(right: Any) -> Any:
    def settle_length(request: Any, response: Any) -> None:
        if request.method == "HEAD":
            response.headers.pop("WWW-Authenticate", None)
        right(request, response)

    return settle_length
