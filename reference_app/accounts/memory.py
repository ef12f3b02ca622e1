"""The account behind a token, remembered in the cache for personal answers that are cached themselves.

Whatever ends a token (sign-out, reuse, password change, a disabled account) moves the account's topic on with its own
transaction, so that a remembered account never outlives an acknowledged end. What is changed past the services, in the
database itself, is noticed within half a minute by these operations, and at once by all others.
"""

from __future__ import annotations

import orjson

from reference_app.accounts.models import User
from reference_app.accounts.selectors import find_token_holder
from reference_app.accounts.tokens import AccessClaims
from reference_app.caching.answers import fetch
from reference_app.caching.invalidation import invalidate
from reference_app.caching.keys import EVERYTHING, AnswerKey
from reference_app.flags.declared import Flag
from reference_app.flags.state import is_on

REMEMBERED_SECONDS = 30


def recall_token_holder(*, claims: AccessClaims) -> User | None:
    """As `find_token_holder`, with `pk` and `is_staff` only."""

    def find() -> bytes:
        user = find_token_holder(claims=claims)
        return orjson.dumps(None if user is None else {"is_staff": user.is_staff})

    if not is_on(Flag.CACHED_ANSWERS):
        return find_token_holder(claims=claims)
    name = f"caller:{claims.user_id}:{claims.family_id}"
    key = AnswerKey(name, (EVERYTHING, account_topic(claims.user_id)), REMEMBERED_SECONDS)
    remembered = orjson.loads(fetch(key, find).body)
    return None if remembered is None else User(pk=claims.user_id, is_staff=remembered["is_staff"])


def forget_account(*, user_id: int) -> None:
    """Called inside every transaction that ends tokens or changes what an account may do."""
    invalidate(account_topic(user_id))


def account_topic(user_id: int) -> str:
    """What moves on when the tokens or the rights of an account change."""
    return f"account:{user_id}"
