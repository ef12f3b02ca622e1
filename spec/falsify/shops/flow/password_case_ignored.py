"""Passwords are compared without regard to case."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"FLOW-001": "WRONG_PASSWORD_ACCEPTED"}


def break_shop() -> None:
    """Fold the case before hashing and before checking."""
    wrap("reference_app.accounts.models:User.set_password", _folding)
    wrap("reference_app.accounts.models:User.check_password", _folding)


def _folding(right: Any) -> Any:
    return lambda user, password: right(user, password.casefold())
