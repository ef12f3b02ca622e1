"""Accounts, and the record of their tokens: ids and times, never a token."""

from __future__ import annotations

import unicodedata
import uuid
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

# Any letters in the local part, an ASCII domain. No alternative overlaps another, so matching takes linear time.
EMAIL_PATTERN = (
    r"^[^\u0000-\u0020\u007f-\u00a0@]{1,64}"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$"
)
EMAIL_LENGTH = 254  # RFC 5321 section 4.5.3.1.3, less the angle brackets
EMAIL_KEY_LENGTH = 1000


def normalise_email(email: str) -> str:
    """Return the key of all spellings of one address: no spaces around, compatibility form, case folded."""
    folded = unicodedata.normalize("NFKC", email.strip()).casefold()
    return unicodedata.normalize("NFKC", folded)


class UserManager(BaseUserManager["User"]):
    """Finds accounts by any spelling of their address."""

    def get_by_natural_key(self, username: str | None) -> User:
        """Return the account with this address, however it is spelt."""
        return self.get(email_key=normalise_email(username or ""))


class User(AbstractBaseUser):
    """A customer or a member of staff. `email` is kept as it was given, `email_key` is what makes it unique."""

    id = models.BigAutoField(primary_key=True)
    email = models.CharField(max_length=EMAIL_LENGTH)
    email_key = models.CharField(max_length=EMAIL_KEY_LENGTH, unique=True, editable=False)
    name = models.CharField(max_length=100, blank=True, default="")
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email_key"
    EMAIL_FIELD = "email"
    objects = UserManager()

    class Meta:
        indexes = [models.Index(fields=["created_at"])]

    def __str__(self) -> str:
        return self.email

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Return whether this is active staff; in the back office the services decide everything else."""
        return self.is_active and self.is_staff

    def has_module_perms(self, app_label: str) -> bool:
        """Return the same as for each permission."""
        return self.has_perm(app_label)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the key in step with the address."""
        self.email_key = normalise_email(self.email)
        super().save(*args, **kwargs)


class TokenFamily(models.Model):
    """One sign-in and everything refreshed from it. When it has ended, none of its tokens is valid."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="token_families")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(db_index=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        verbose_name_plural = "token families"


class RefreshToken(models.Model):
    """One refresh token of a family, by its id. It is used once; its successor is remembered for the grace period."""

    jti = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    family = models.ForeignKey(TokenFamily, on_delete=models.CASCADE, related_name="refresh_tokens")
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    successor_jti = models.UUIDField(null=True, blank=True)
