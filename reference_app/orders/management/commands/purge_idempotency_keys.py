"""`purge_idempotency_keys`: deletes keys that no client can still mean; to be run daily."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from reference_app.orders.idempotency import KEPT_DAYS, purge_keys


class Command(BaseCommand):
    """Deletes old idempotency keys."""

    help = f"Deletes idempotency keys that are older than {KEPT_DAYS} days."

    def handle(self, *args: Any, **options: Any) -> None:
        """Says how many there were."""
        self.stdout.write(f"{purge_keys()} keys deleted")
