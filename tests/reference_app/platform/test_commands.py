"""Management commands: what they do, and the one sentence with which they refuse."""

from __future__ import annotations

import datetime
from io import StringIO

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.utils import timezone

from reference_app.accounts.models import RefreshToken, TokenFamily, User
from reference_app.orders.models import IdempotencyKey
from tests.reference_app.client import PASSWORD, Api

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    """Return what a command prints."""
    printed = StringIO()
    call_command(*arguments, stdout=printed)
    return printed.getvalue().strip()


def test_staff_is_created_with_a_password_from_the_environment(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STAFF_PASSWORD", PASSWORD)
    said = run("create_staff", "boss@example.org")
    user = User.objects.get()
    assert (said, user.is_staff) == (f"Created staff account {user.pk}.", True)
    access = api.sign_in("boss@example.org")["access"]
    assert api.signed(access).get("accounts/me").json()["is_staff"] is True


@pytest.mark.parametrize(
    ("email", "password", "reason"),
    [
        ("boss@example.org", "", "Set STAFF_PASSWORD"),
        ("boss", PASSWORD, "is not an e-mail address"),
        ("boss@example.org", "1234567890", "The password is not acceptable"),
        ("ada@example.org", PASSWORD, "The e-mail address is taken"),
    ],
)
def test_staff_is_refused_with_a_reason(
    api: Api, monkeypatch: pytest.MonkeyPatch, email: str, password: str, reason: str
) -> None:
    api.register()
    monkeypatch.setenv("STAFF_PASSWORD", password)
    with pytest.raises(CommandError, match=reason):
        run("create_staff", email)
    assert not User.objects.filter(is_staff=True).exists()


def test_an_unknown_account_cannot_be_disabled() -> None:
    with pytest.raises(CommandError, match="No account"):
        run("disable_account", "nobody@example.org")


def test_one_command_purges_all_that_has_had_its_time(api: Api) -> None:
    user_id = api.register()["id"]
    for _ in range(2):
        api.sign_in()
    now, day = timezone.now(), datetime.timedelta(days=1)
    old = TokenFamily.objects.order_by("created_at").first()
    assert old is not None
    TokenFamily.objects.filter(pk=old.pk).update(expires_at=now - day)
    family = TokenFamily.objects.exclude(pk=old.pk).get()
    RefreshToken.objects.create(family=family, issued_at=now - 8 * day, expires_at=now - day, used_at=now - day)
    for days in (0, 3, 4):
        IdempotencyKey.objects.create(user_id=user_id, key=f"k{days}", fingerprint="f", created_at=now - days * day)
    for days in (-1, 1, 2, 3):
        Session.objects.create(session_key=f"s{days}", session_data="", expire_date=now - days * day)
    assert run("purge").splitlines() == [
        "Deleted 1 expired token families.",
        "Deleted 1 expired refresh tokens of other families.",
        "Deleted 2 old idempotency keys.",
        "Deleted 3 expired sessions.",
    ]
    assert TokenFamily.objects.get() == family
    assert RefreshToken.objects.get().used_at is None
    assert IdempotencyKey.objects.get().key == "k0"
    assert Session.objects.get().session_key == "s-1"


def test_expired_families_are_purged_with_their_tokens_and_no_others(api: Api) -> None:
    api.register()
    for _ in range(2):
        api.sign_in()
    old = TokenFamily.objects.order_by("created_at").first()
    assert old is not None
    TokenFamily.objects.filter(pk=old.pk).update(expires_at=timezone.now() - datetime.timedelta(seconds=1))
    assert run("purge_tokens").splitlines() == [
        "Deleted 1 expired token families.",
        "Deleted 0 expired refresh tokens of other families.",
    ]
    assert not TokenFamily.objects.filter(pk=old.pk).exists()
    assert RefreshToken.objects.count() == TokenFamily.objects.count() == 1
