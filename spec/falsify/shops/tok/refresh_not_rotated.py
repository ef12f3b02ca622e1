"""Refreshing returns the same refresh token again."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"TOK-004": "TOKEN_NOT_ROTATED", "TOK-005": "TOKEN_NOT_ROTATED"}


def break_shop() -> None:
    """Return the token that was sent."""
    wrap("reference_app.accounts.families:rotate", lambda right: keep)


def keep(claims: Any) -> Any:
    """Return the same token for as long as its family lives."""
    from reference_app.accounts.families import RefreshRefused
    from reference_app.accounts.models import RefreshToken

    token = RefreshToken.objects.filter(jti=claims.jti, family__ended_at=None).first()
    if token is None:
        raise RefreshRefused
    return token
