"""Delete everything that has expired; run it daily, or the tables grow for ever."""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.models import Session
from django.core.management.base import BaseCommand
from django.utils import timezone

from reference_app.accounts.families import purge_expired_families, purge_expired_tokens
from reference_app.orders.idempotency import purge_keys


class Command(BaseCommand):
    """`python -m reference_app.manage purge`: what purge_tokens, purge_idempotency_keys and clearsessions do."""

    help = "Deletes expired token families and refresh tokens, old idempotency keys and expired admin sessions."

    def handle(self, *args: Any, **options: Any) -> None:
        """Delete them and say how many of each."""
        self.stdout.write(f"Deleted {purge_expired_families()} expired token families.")
        self.stdout.write(f"Deleted {purge_expired_tokens()} expired refresh tokens of other families.")
        self.stdout.write(f"Deleted {purge_keys()} old idempotency keys.")
        self.stdout.write(f"Deleted {purge_sessions()} expired sessions.")


def purge_sessions() -> int:
    """Delete expired sessions of the admin site; return how many."""
    return Session.objects.filter(expire_date__lt=timezone.now()).delete()[0]
