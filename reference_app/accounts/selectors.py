"""Reads of accounts and tokens."""

from __future__ import annotations

from reference_app.accounts.models import TokenFamily, User, normalise_email
from reference_app.accounts.tokens import AccessClaims


def find_user_by_email(*, email: str) -> User | None:
    """Return the account with this address, however it is spelt, or None."""
    return User.objects.filter(email_key=normalise_email(email)).first()


def find_token_holder(*, claims: AccessClaims) -> User | None:
    """Return the account of an access token; None when it was deleted or disabled, or the token's family has ended."""
    family = (
        TokenFamily.objects.select_related("user")
        .filter(id=claims.family_id, user_id=claims.user_id, ended_at=None, user__is_active=True)
        .first()
    )
    return family.user if family else None
