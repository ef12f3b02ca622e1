"""A refused body is answered without naming the invalid field."""

from __future__ import annotations

from spec.falsify.patching import wrap

KILLS = {"VAL-001": "FIELD_NOT_NAMED", "VAL-003": "FIELD_NOT_NAMED"}


def break_shop() -> None:
    """List no errors."""
    wrap("reference_app.api.failures:list_errors", lambda right: lambda details, pointer="": iter(()))
