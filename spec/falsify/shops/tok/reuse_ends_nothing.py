"""A reused refresh token is refused, but its family lives on, so a thief keeps the successor."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"TOK-005": "TOKEN_REUSED"}


def break_shop() -> None:
    """End a family on sign-out only."""
    wrap("reference_app.accounts.families:end_family", _on_sign_out_only)


def _on_sign_out_only(right: Any) -> Any:
    return lambda *, claims, reason: right(claims=claims, reason=reason) if reason == "signed out" else None
