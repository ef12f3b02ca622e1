"""Sign-out is answered with success, and the refresh token goes on working."""

from __future__ import annotations

from spec.falsify.patching import wrap

KILLS = {"FLOW-007": "TOKEN_REUSED"}


def break_shop() -> None:
    """Do nothing."""
    wrap("reference_app.accounts.families:sign_out", lambda right: lambda *, refresh: None)
