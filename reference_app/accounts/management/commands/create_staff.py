"""Create a staff account: `STAFF_PASSWORD=… python -m reference_app.manage create_staff EMAIL`."""

from __future__ import annotations

import os
import re
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from reference_app.accounts.models import EMAIL_PATTERN
from reference_app.accounts.services import create_staff_account
from reference_app.api.problems import Problem


class Command(BaseCommand):
    """The password comes from the environment: arguments are visible to every user of the machine."""

    help = "Creates a staff account with the password in STAFF_PASSWORD."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the address."""
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        """Create it, or say in one sentence why not."""
        email = options["email"]
        password = os.environ.get("STAFF_PASSWORD", "")
        if not password:
            raise CommandError("Set STAFF_PASSWORD to the password of the new account.")
        if not re.fullmatch(EMAIL_PATTERN, email):
            raise CommandError(f"{email!r} is not an e-mail address.")
        try:
            user = create_staff_account(email=email, password=password)
        except Problem as problem:
            reasons = " ".join(error.detail for error in problem.errors)
            raise CommandError(f"{problem.title}: {reasons}") from None
        self.stdout.write(f"Created staff account {user.id}.")
