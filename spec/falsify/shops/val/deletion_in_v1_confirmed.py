"""Version 1 confirms what it deletes with 200 and a body, while its document says 204."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"VAL-015": "NOT_DOCUMENTED"}


def break_shop() -> None:
    """Answer with the success that an older release had."""
    wrap("reference_app.http.middleware:ensure_problem", _confirming)


def _confirming(right: Any) -> Any:
    def ensure_problem(request: Any, response: Any) -> Any:
        if response.status_code == 204 and request.path.startswith("/api/v1/"):
            response.status_code = 200
            response.headers["Content-Type"] = "application/json"
            response.content = b'{"deleted":true}'
        return right(request, response)

    return ensure_problem
