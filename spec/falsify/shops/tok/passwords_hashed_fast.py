"""Passwords are hashed with one pass of argon2id, half of the least cost that OWASP names."""

from __future__ import annotations

from spec.falsify.patching import wrap

KILLS = {"TOK-018": "STORED_TOO_WEAKLY"}


def break_shop() -> None:
    """Lower the number of passes."""
    wrap("reference_app.accounts.passwords:OwaspArgon2Hasher.time_cost", lambda right: 1)
