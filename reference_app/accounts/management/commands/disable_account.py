"""Close an account: `python -m reference_app.manage disable_account EMAIL`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from reference_app.accounts.selectors import find_user_by_email
from reference_app.accounts.services import disable_account


class Command(BaseCommand):
    """The account cannot sign in any more, and its tokens end at once."""

    help = "Disables the account with this address, however it is spelt."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the address."""
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        """Disable it, or say that there is none."""
        user = find_user_by_email(email=options["email"])
        if user is None:
            raise CommandError("No account has this address.")
        disable_account(user=user)
        self.stdout.write(f"Disabled account {user.pk}.")
