"""The account behind a token, remembered in the cache for personal answers that are cached themselves.

Every end of a token (sign-out, reuse, password change, a disabled account) moves the account's topic on with its own
transaction, so that a remembered account never outlives an acknowledged end. A change past the services, in the
database itself, is noticed within half a minute by these operations, and at once by all others.
"""

from __future__ import annotations

import orjson

from reference_app.accounts.models import User
from reference_app.accounts.selectors import find_token_holder
from reference_app.accounts.tokens import AccessClaims
from reference_app.caching.answers import fetch
from reference_app.caching.invalidation import invalidate
from reference_app.caching.keys import account_topic, caller_key
from reference_app.flags.declared import FeatureFlag
from reference_app.flags.state import is_on


def recall_token_holder(*, claims: AccessClaims) -> User | None:
    """Return the account of an access token as `find_token_holder` does, with `pk` and `is_staff` only."""

    def find() -> bytes:
        user = find_token_holder(claims=claims)
        return orjson.dumps(None if user is None else {"is_staff": user.is_staff})

    if not is_on(FeatureFlag.CACHED_ANSWERS):
        return find_token_holder(claims=claims)
    key = caller_key(claims.user_id, claims.family_id)
    remembered = orjson.loads(fetch(key, find).body)
    return None if remembered is None else User(pk=claims.user_id, is_staff=remembered["is_staff"])


def forget_account(*, user_id: int) -> None:
    """Move the account's topic on, inside every transaction that ends tokens or changes what the account may do."""
    invalidate(account_topic(user_id))
