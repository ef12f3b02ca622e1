"""Pages for people stay in the window group of the page that opened them."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"HDR-006": "HEADER_WRONG"}


def break_shop() -> None:
    """Let pages keep their opener."""
    wrap("django.middleware.security:SecurityMiddleware.process_response", _changed)


def _changed(right: Any) -> Any:
    def process_response(middleware: Any, request: Any, response: Any) -> Any:
        answered = right(middleware, request, response)
        if answered.headers.get("Content-Type", "").startswith("text/html"):
            answered.headers["Cross-Origin-Opener-Policy"] = "unsafe-none"
        return answered

    return process_response
