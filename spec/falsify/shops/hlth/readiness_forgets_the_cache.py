"""Readiness says that the cache is up without asking it."""

from __future__ import annotations

from spec.falsify.patching import wrap

KILLS = {"HLTH-003": "DEPENDENCY_NOT_REPORTED"}


def break_shop() -> None:
    """Take the cache for a library."""
    wrap("reference_app.observability.readiness:cache_answers", lambda right: lambda url: True)
