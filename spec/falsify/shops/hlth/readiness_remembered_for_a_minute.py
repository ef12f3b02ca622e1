"""Readiness is checked once a minute, and the last result is repeated in between."""

from __future__ import annotations

from spec.falsify.patching import wrap

# A worker that was asked before the outage does not see it; one that was first asked in it does not see its end.
KILLS = {"HLTH-003": ("DEPENDENCY_NOT_REPORTED", "NOT_RECOVERED")}


def break_shop() -> None:
    """Repeat a result for a minute."""
    wrap("reference_app.observability.readiness:FRESH_SECONDS", lambda right: 60.0)
