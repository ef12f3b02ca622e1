"""Print what an operator can set: environment variables and feature flags, as the page docs/settings.md."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from reference_app.flags.declared import DECLARED
from reference_app.settings.environment import VARIABLES, Variable

BEGINNING = """# Settings of the reference shop

Printed by `python -m reference_app.manage list_settings`; a test holds this page to it. What is missing or weak stops
the start in production settings (`DJANGO_SETTINGS_MODULE=reference_app.settings.production`), and each such variable is
named at once.

## Environment variables

| variable | default | meaning |
|---|---|---|"""
FLAGS = """
## Feature flags

Set by `python -m reference_app.manage waffle_switch NAME on|off --create` or in the admin site. A change is seen
within a second by every process. A flag that was never set, or whose store is lost, has its default.

| flag | default | off |
|---|---|---|"""


CLEANING = """
## Daily clean-up

`python -m reference_app.manage purge` deletes expired token families, expired refresh tokens of families that live on,
idempotency keys that no client can still mean and expired sessions of the admin site, and says how many of each. Run it
daily, from a scheduler of the platform; it may run beside the shop. Nothing else has to be deleted by hand: what stands
in Redis expires."""


class Command(BaseCommand):
    """`python -m reference_app.manage list_settings`."""

    help = "Lists the environment variables and the feature flags of the shop as a Markdown page."
    requires_system_checks: list[str] = []  # the page is needed before anything is set

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the page."""
        self.stdout.write(BEGINNING)
        for variable in VARIABLES:
            self.stdout.write(f"| `{variable.name}` | {spell_default(variable)} | {variable.meaning} |")
        self.stdout.write(FLAGS)
        for flag, declared in DECLARED.items():
            self.stdout.write(f"| `{flag.value}` | {'on' if declared.default else 'off'} | {declared.off} |")
        self.stdout.write(CLEANING)


def spell_default(variable: Variable) -> str:
    """Return the default of a variable as the page shows it."""
    if variable.default is None:
        return "required"
    return "empty" if variable.default in ("", []) else f"`{variable.default}`"
