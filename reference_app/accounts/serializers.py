"""Shapes of accounts and tokens."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from reference_app.accounts.families import TokenPair
from reference_app.accounts.models import EMAIL_LENGTH, EMAIL_PATTERN, User
from reference_app.api.fields import Flag, Reference, Text, Whole
from reference_app.api.serializers import StrictSerializer

MIN_PASSWORD = 10
MAX_PASSWORD = 128


class NewAccount(StrictSerializer):
    """The body of a registration."""

    email = Text(max_length=EMAIL_LENGTH, min_length=6, pattern=EMAIL_PATTERN)
    password = Text(min_length=MIN_PASSWORD, max_length=MAX_PASSWORD)
    name = Text(max_length=100, min_length=0, required=False)


class NewPassword(StrictSerializer):
    """The body of a password change."""

    current_password = Text(max_length=MAX_PASSWORD)
    new_password = Text(min_length=MIN_PASSWORD, max_length=MAX_PASSWORD)


class Credentials(StrictSerializer):
    """The body of a sign-in; any spelling of the address is accepted."""

    email = Text(max_length=EMAIL_LENGTH)
    password = Text(max_length=MAX_PASSWORD)


class RefreshBody(StrictSerializer):
    """The body of a refresh and of a sign-out."""

    refresh = Text(max_length=1000)


class AccountShape(serializers.Serializer[Any]):
    """A new account, as its owner sees it."""

    id = Reference()
    email = Text(max_length=EMAIL_LENGTH)
    name = Text(max_length=100, min_length=0)
    created_at = serializers.DateTimeField()


class OwnAccountShape(AccountShape):
    """The account of the caller."""

    is_staff = Flag()
    last_login = serializers.DateTimeField(allow_null=True)


class TokenShape(serializers.Serializer[Any]):
    """Access and refresh token; lifetimes in seconds."""

    access = Text(max_length=1000)
    refresh = Text(max_length=1000)
    token_type = serializers.ChoiceField(choices=["Bearer"])
    expires_in = Whole()
    refresh_expires_in = Whole()


def render_account(user: User) -> dict[str, Any]:
    """Return an `AccountShape`."""
    return {"id": user.id, "email": user.email, "name": user.name, "created_at": user.created_at}


def render_own_account(user: User) -> dict[str, Any]:
    """Return an `OwnAccountShape`."""
    return {**render_account(user), "is_staff": user.is_staff, "last_login": user.last_login}


def render_tokens(pair: TokenPair) -> dict[str, Any]:
    """Return a `TokenShape`."""
    return {
        "access": pair.access,
        "refresh": pair.refresh,
        "token_type": "Bearer",
        "expires_in": pair.expires_in,
        "refresh_expires_in": pair.refresh_expires_in,
    }
