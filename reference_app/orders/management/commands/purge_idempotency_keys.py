"""Delete idempotency keys that no client can still mean; run it daily."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from reference_app.orders.idempotency import KEPT_DAYS, purge_keys


class Command(BaseCommand):
    """`python -m reference_app.manage purge_idempotency_keys`."""

    help = f"Deletes idempotency keys that are older than {KEPT_DAYS} days."

    def handle(self, *args: Any, **options: Any) -> None:
        """Delete them and say how many there were."""
        self.stdout.write(f"{purge_keys()} keys deleted")
