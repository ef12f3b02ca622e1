"""Refreshing checks and marks a token in two steps, so parallel refreshes get a successor each."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"TOK-005": "TOKEN_REUSED"}

BETWEEN_SECONDS = 0.02


def break_shop() -> None:
    """Use neither a lock nor a conditional update."""
    wrap("reference_app.accounts.families:rotate", lambda right: check_then_act)


def check_then_act(claims: Any) -> Any:
    """Return a successor for a token that looked unused, the known one within the grace, and None after it."""
    import datetime
    import time
    import uuid

    from django.conf import settings
    from django.utils import timezone

    from reference_app.accounts.families import RefreshRefused, issue_refresh
    from reference_app.accounts.models import RefreshToken

    token = RefreshToken.objects.select_related("family").filter(jti=claims.jti, family__ended_at=None).first()
    if token is None:
        raise RefreshRefused
    now = timezone.now()
    if token.used_at is not None:
        if now - token.used_at > datetime.timedelta(seconds=settings.REFRESH_GRACE_SECONDS):
            return None
        return RefreshToken.objects.get(jti=str(token.successor_jti))
    # What lies between looking and marking in a busy shop; nothing is decided by how long it is.
    time.sleep(BETWEEN_SECONDS)
    successor = issue_refresh(family=token.family, jti=uuid.uuid4(), now=now)
    RefreshToken.objects.filter(jti=token.jti).update(used_at=now, successor_jti=successor.jti)
    return successor
