"""Prints every environment variable of the shop, its default and its meaning: the table that the settings read."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from reference_app.settings.environment import VARIABLES


class Command(BaseCommand):
    """`python -m reference_app.manage list_settings`."""

    help = "Lists the environment variables of the shop as a Markdown table."
    requires_system_checks: list[str] = []  # whoever asks what to set has not set it yet

    def handle(self, *args: Any, **options: Any) -> None:
        """Writes the table."""
        self.stdout.write("| variable | default | meaning |\n|---|---|---|")
        for variable in VARIABLES:
            default = {None: "required", "": "empty", "[]": "empty"}.get(
                variable.default if variable.default is None else str(variable.default), f"`{variable.default}`"
            )
            self.stdout.write(f"| `{variable.name}` | {default} | {variable.meaning} |")
