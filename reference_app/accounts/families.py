"""Sign-in, refresh and sign-out: token families, whose refresh tokens are each used once (RFC 9700 section 4.14).

Parallel refreshes of one token are the normal case (two tabs of a browser). Within REFRESH_GRACE_SECONDS all of them
get the same successor; afterwards a second use means that a token was stolen, and the family ends, for the thief and
for the owner. That end is committed on its own, although the answer is an error.
"""

from __future__ import annotations

import datetime
import uuid
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from reference_app.accounts import tokens
from reference_app.accounts.memory import forget_account
from reference_app.accounts.models import RefreshToken, TokenFamily, User
from reference_app.accounts.selectors import find_user_by_email
from reference_app.api.problems import NotAuthenticated
from reference_app.locks import lock_token_family
from reference_app.observability.counters import TOKEN_REFRESHES
from reference_app.observability.events import security_event


class WrongCredentials(NotAuthenticated):
    """Unknown address, wrong password or disabled account: the answer is the same for all three."""

    code = "wrong_credentials"
    title = "The e-mail address or the password is wrong"


class RefreshRefused(NotAuthenticated):
    """The refresh token is forged, expired, used or revoked."""

    code = "refresh_refused"
    title = "The refresh token is not valid"


@dataclass(frozen=True)
class TokenPair:
    """The tokens that a client gets on sign-in and on refresh; lifetimes in seconds."""

    access: str
    refresh: str
    expires_in: int
    refresh_expires_in: int


def sign_in(*, email: str, password: str) -> TokenPair:
    """Return the tokens of a new family, and move the last login. Raises WrongCredentials."""
    user = find_user_by_email(email=email)
    if user is None:
        User().set_password(password)  # the same work as for a known account, so that time does not tell them apart
        security_event("sign_in_failed", reason="unknown account")
        raise WrongCredentials
    if not user.check_password(password) or not user.is_active:
        security_event("sign_in_failed", reason="wrong password or disabled account", user_id=user.id)
        raise WrongCredentials
    with transaction.atomic():
        now = timezone.now()
        User.objects.filter(id=user.id).update(last_login=now)
        family = TokenFamily.objects.create(user=user, expires_at=now + tokens.refresh_lifetime())
        return sign_pair(user_id=user.id, token=issue_refresh(family=family, jti=uuid.uuid4(), now=now))


def refresh_tokens(*, refresh: str) -> TokenPair:
    """Return the successor of a refresh token.

    Raises RefreshRefused; reuse after the grace period ends the family first.
    """
    try:
        claims = tokens.read_refresh(refresh)
        with transaction.atomic():
            successor = rotate(claims)
            if successor is None:
                end_family(claims=claims, reason="refresh token reused")
    except (tokens.InvalidToken, RefreshRefused):
        TOKEN_REFRESHES.labels("refused").inc()
        raise RefreshRefused from None
    TOKEN_REFRESHES.labels("reused" if successor is None else "refreshed").inc()
    if successor is None:
        security_event("refresh_token_reused", user_id=claims.user_id, family=str(claims.family_id))
        raise RefreshRefused
    return sign_pair(user_id=claims.user_id, token=successor)


def rotate(claims: tokens.RefreshClaims) -> RefreshToken | None:
    """Use a refresh token once and return its successor, or None where it is used again after the grace period.

    The conditional UPDATE decides who is first; the lock on the family keeps sign-out from happening in between.
    """
    family = lock_token_family(family_id=claims.family_id, user_id=claims.user_id)
    if family is None or family.ended_at is not None or not family.user.is_active:
        raise RefreshRefused
    now = timezone.now()
    successor_jti = uuid.uuid4()
    unused = RefreshToken.objects.filter(jti=claims.jti, family=family, used_at=None)
    if unused.update(used_at=now, successor_jti=successor_jti):
        TokenFamily.objects.filter(id=family.id).update(expires_at=now + tokens.refresh_lifetime())
        return issue_refresh(family=family, jti=successor_jti, now=now)
    used = RefreshToken.objects.filter(jti=claims.jti, family=family).first()
    if used is None or used.used_at is None or used.successor_jti is None:
        raise RefreshRefused
    if now - used.used_at > datetime.timedelta(seconds=settings.REFRESH_GRACE_SECONDS):
        return None
    return RefreshToken.objects.get(jti=used.successor_jti)


def sign_out(*, refresh: str) -> None:
    """End the family of a refresh token; a token that is not ours is no error (RFC 7009 section 2.2)."""
    try:
        claims = tokens.read_refresh(refresh)
    except tokens.InvalidToken:
        return
    with transaction.atomic():
        end_family(claims=claims, reason="signed out")


def end_family(*, claims: tokens.RefreshClaims, reason: str) -> None:
    """End the family of a refresh token, inside a transaction; a family that has ended keeps its first reason."""
    family = TokenFamily.objects.filter(id=claims.family_id, user_id=claims.user_id, ended_at=None)
    family.update(ended_at=timezone.now(), end_reason=reason)
    forget_account(user_id=claims.user_id)


def end_families_of(*, user: User, reason: str) -> None:
    """End all families of an account, inside a transaction that holds the lock on the account."""
    TokenFamily.objects.filter(user=user, ended_at=None).update(ended_at=timezone.now(), end_reason=reason)
    forget_account(user_id=user.pk)


def issue_refresh(*, family: TokenFamily, jti: uuid.UUID, now: datetime.datetime) -> RefreshToken:
    """Record a new refresh token. Its time is cut to the second, as JWT claims are."""
    issued = now.replace(microsecond=0)
    return RefreshToken.objects.create(
        jti=jti, family=family, issued_at=issued, expires_at=issued + tokens.refresh_lifetime()
    )


def sign_pair(*, user_id: int, token: RefreshToken) -> TokenPair:
    """Return the two JWTs of a recorded refresh token; the same record always gives the same two."""
    return TokenPair(
        access=tokens.sign_access(
            user_id=user_id, family_id=token.family_id, refresh_jti=token.jti, issued_at=token.issued_at
        ),
        refresh=tokens.sign_refresh(
            user_id=user_id, family_id=token.family_id, jti=token.jti, issued_at=token.issued_at
        ),
        expires_in=int(tokens.access_lifetime().total_seconds()),
        refresh_expires_in=int(tokens.refresh_lifetime().total_seconds()),
    )


def purge_expired_families() -> int:
    """Delete families whose last refresh token has expired, with their tokens; return how many families."""
    expired = TokenFamily.objects.filter(expires_at__lt=timezone.now())
    count = expired.count()
    expired.delete()
    return count


def purge_expired_tokens() -> int:
    """Delete refresh tokens past their own expiry from families that live on; return how many.

    A family that keeps refreshing never expires, and would keep all it ever had. Reuse is noticed as before: a token
    past its expiry is refused by its claims, before its family is asked for.
    """
    return RefreshToken.objects.filter(expires_at__lt=timezone.now()).delete()[0]
