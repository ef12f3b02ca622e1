"""Readiness reports the cache as up without asking it."""

from __future__ import annotations

from spec.falsify.patching import wrap

KILLS = {"HLTH-003": "DEPENDENCY_NOT_REPORTED"}


def break_shop() -> None:
    """Report that the cache is up."""
    wrap("reference_app.observability.readiness:cache_answers", lambda right: lambda url: True)
