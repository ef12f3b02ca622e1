"""Delete token families and refresh tokens that have expired: run it daily, or the tables grow for ever."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from reference_app.accounts.families import purge_expired_families, purge_expired_tokens


class Command(BaseCommand):
    """`python -m reference_app.manage purge_tokens`."""

    help = "Deletes token families whose last refresh token has expired, and expired tokens of all others."

    def handle(self, *args: Any, **options: Any) -> None:
        """Delete them and say how many of each."""
        self.stdout.write(f"Deleted {purge_expired_families()} expired token families.")
        self.stdout.write(f"Deleted {purge_expired_tokens()} expired refresh tokens of other families.")
