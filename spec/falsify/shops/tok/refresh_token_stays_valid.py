"""A refresh token stays valid after it was rotated."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"TOK-004": "TOKEN_REUSED", "TOK-005": "TOKEN_REUSED"}


def break_shop() -> None:
    """Issue a successor for any token of a family that lives."""
    wrap("reference_app.accounts.families:rotate", lambda right: issue_another)


def issue_another(claims: Any) -> Any:
    """Return a new token of the family, even for a token that was used."""
    import uuid

    from django.utils import timezone

    from reference_app.accounts.families import RefreshRefused, issue_refresh
    from reference_app.accounts.models import RefreshToken

    token = RefreshToken.objects.select_related("family").filter(jti=claims.jti, family__ended_at=None).first()
    if token is None:
        raise RefreshRefused
    return issue_refresh(family=token.family, jti=uuid.uuid4(), now=timezone.now())
