"""Access tokens are announced for fifteen minutes and signed for a day."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"TOK-001": "TOKEN_LIFETIME_WRONG"}
DAY_IN_QUARTERS = 96


def break_shop() -> None:
    """Sign access tokens for longer than is announced."""
    wrap("reference_app.accounts.tokens:sign", _longer)


def _longer(right: Any) -> Any:
    def sign(typ: str, lifetime: Any, **claims: Any) -> Any:
        return right(typ, lifetime * DAY_IN_QUARTERS if typ == "access" else lifetime, **claims)

    return sign
