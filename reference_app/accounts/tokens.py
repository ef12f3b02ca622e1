"""Access and refresh tokens: JWTs (RFC 7519), HS256 with a key of their own, read as strictly as RFC 8725 asks."""

from __future__ import annotations

import datetime
import uuid
from dataclasses import dataclass
from typing import Any

import jwt
from django.conf import settings

ALGORITHM = "HS256"
HEADER = {"alg": ALGORITHM, "typ": "JWT"}  # anything else in a header (kid, jku, jwk, crit, …) was not written here
MAX_TOKEN_LENGTH = 1000
MAX_ID = 2**63 - 1


class InvalidToken(Exception):
    """The token is not of this shop, not of this type, or no longer valid."""


@dataclass(frozen=True)
class AccessClaims:
    """The claims of a verified access token."""

    user_id: int
    family_id: uuid.UUID


@dataclass(frozen=True)
class RefreshClaims:
    """The claims of a verified refresh token."""

    user_id: int
    family_id: uuid.UUID
    jti: uuid.UUID


def access_lifetime() -> datetime.timedelta:
    """Return the lifetime of an access token."""
    return datetime.timedelta(minutes=settings.ACCESS_TOKEN_MINUTES)


def refresh_lifetime() -> datetime.timedelta:
    """Return the lifetime of a refresh token."""
    return datetime.timedelta(days=settings.REFRESH_TOKEN_DAYS)


def sign_access(*, user_id: int, family_id: uuid.UUID, refresh_jti: uuid.UUID, issued_at: datetime.datetime) -> str:
    """Return an access token; its id follows from the refresh token's, so the same pair is signed the same."""
    jti = uuid.uuid5(refresh_jti, "access")
    return sign("access", access_lifetime(), user_id=user_id, family_id=family_id, jti=jti, issued_at=issued_at)


def sign_refresh(*, user_id: int, family_id: uuid.UUID, jti: uuid.UUID, issued_at: datetime.datetime) -> str:
    """Return a refresh token."""
    return sign("refresh", refresh_lifetime(), user_id=user_id, family_id=family_id, jti=jti, issued_at=issued_at)


def sign(
    typ: str,
    lifetime: datetime.timedelta,
    *,
    user_id: int,
    family_id: uuid.UUID,
    jti: uuid.UUID,
    issued_at: datetime.datetime,
) -> str:
    """Return a signed token; HS256 is deterministic, so the same claims give the same token."""
    issued = int(issued_at.timestamp())
    claims = {
        "typ": typ,
        "sub": str(user_id),
        "fam": str(family_id),
        "jti": str(jti),
        "iat": issued,
        "exp": issued + int(lifetime.total_seconds()),
    }
    return jwt.encode(claims, settings.TOKEN_SIGNING_KEY, algorithm=ALGORITHM)


def read_access(token: str) -> AccessClaims:
    """Return the claims of an access token. Raises InvalidToken."""
    user_id, family_id, _ = read(token, "access")
    return AccessClaims(user_id=user_id, family_id=family_id)


def read_refresh(token: str) -> RefreshClaims:
    """Return the claims of a refresh token. Raises InvalidToken."""
    user_id, family_id, jti = read(token, "refresh")
    return RefreshClaims(user_id=user_id, family_id=family_id, jti=jti)


def read(token: str, typ: str) -> tuple[int, uuid.UUID, uuid.UUID]:
    """Return subject, family and id of a token, all of whose parts are right. Raises InvalidToken."""
    if len(token) > MAX_TOKEN_LENGTH:
        raise InvalidToken
    try:
        decoded = jwt.decode_complete(
            token,
            settings.TOKEN_SIGNING_KEY,
            algorithms=[ALGORITHM],
            options={"require": ["exp", "iat", "sub", "jti", "typ", "fam"]},
        )
    except jwt.PyJWTError:
        raise InvalidToken from None
    claims: dict[str, Any] = decoded["payload"]
    if decoded["header"] != HEADER or claims["typ"] != typ:
        raise InvalidToken
    if type(claims["exp"]) is not int or type(claims["iat"]) is not int:
        raise InvalidToken  # PyJWT would read "9999999999" as a number
    try:
        return int_id(claims["sub"]), uuid.UUID(claims["fam"]), uuid.UUID(claims["jti"])
    except (ValueError, TypeError, AttributeError):
        raise InvalidToken from None


def int_id(subject: object) -> int:
    """Return the account id that a subject spells in plain ASCII digits. Raises ValueError."""
    if not isinstance(subject, str) or not subject.isascii() or not subject.isdigit():
        raise ValueError("not an account id")
    number = int(subject)
    if number > MAX_ID:
        raise ValueError("not an account id")
    return number
