"""The shop starts without checking its settings."""

from __future__ import annotations

from spec.falsify.patching import wrap

KILLS = {"PROD-001": "STARTED_ANYWAY"}


def break_shop() -> None:
    """Leave the system checks out."""
    wrap("django.core.checks:run_checks", lambda right: lambda *args, **options: [])
