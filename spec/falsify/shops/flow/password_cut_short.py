"""Only the first eight characters of a password count."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"FLOW-001": "WRONG_PASSWORD_ACCEPTED"}
KEPT = 8


def break_shop() -> None:
    """Cut the password before hashing and before checking."""
    wrap("reference_app.accounts.models:User.set_password", _cutting)
    wrap("reference_app.accounts.models:User.check_password", _cutting)


def _cutting(right: Any) -> Any:
    return lambda user, password: right(user, password[:KEPT])
