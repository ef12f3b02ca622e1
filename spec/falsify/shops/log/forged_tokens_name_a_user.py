"""The event of a request with a forged token names the customer who was last signed in."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"LOG-001": "EVENT_WRONG"}


def break_shop() -> None:
    """Keep the caller of the request before, in each worker, where a token is not valid."""
    last: list[int] = []

    def make(right: Any) -> Any:
        def caller_of(request: Any) -> int | None:
            from reference_app.accounts.tokens import InvalidToken

            user_id: int | None = right(request)
            if isinstance(getattr(request, "bearer", None), InvalidToken):
                return last[-1] if last else user_id
            if user_id is not None:
                last[:] = [user_id]
            return user_id

        return caller_of

    wrap("reference_app.observability.middleware:caller_of", make)
