"""The client's address is taken from X-Real-IP or True-Client-IP, although no proxy sets them."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"RATE-005": "BUDGET_RENEWED"}


def break_shop() -> None:
    """Believe either header."""
    wrap("reference_app.observability.middleware:client_address", _believing)


def _believing(right: Any) -> Any:
    return lambda environ: environ.get("HTTP_X_REAL_IP") or environ.get("HTTP_TRUE_CLIENT_IP") or right(environ)
