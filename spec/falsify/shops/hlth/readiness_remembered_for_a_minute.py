"""Readiness is asked once a minute and remembered in between."""

from __future__ import annotations

from spec.falsify.patching import wrap

KILLS = {"HLTH-003": "DEPENDENCY_NOT_REPORTED"}


def break_shop() -> None:
    """Spare the database at the price of the truth."""
    wrap("reference_app.observability.readiness:FRESH_SECONDS", lambda right: 60.0)
