"""The client's address is taken from X-Forwarded-For, so each new value of the header has a new budget."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"RATE-005": "BUDGET_RENEWED"}


def break_shop() -> None:
    """Believe the first entry of the header."""
    wrap("reference_app.observability.middleware:client_address", _believing)


def _believing(right: Any) -> Any:
    return lambda environ: environ.get("HTTP_X_FORWARDED_FOR", "").split(",")[0].strip() or right(environ)
