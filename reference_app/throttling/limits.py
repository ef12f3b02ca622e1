"""Limits, and which of them apply to a request.

The promise of a limit "100/hour" is: in any 3600 seconds, at most 100 requests are admitted. Not in each clock hour,
at whose boundary twice as many would pass.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.http import HttpRequest

from reference_app.accounts.models import normalise_email
from reference_app.accounts.tokens import AccessClaims
from reference_app.api.json_bodies import parse_json
from reference_app.api.problems import BrokenRequest
from reference_app.api.versions import PREFIX, VERSIONS
from reference_app.http.addresses import network_of
from reference_app.http.security_headers import BACK_OFFICE

RATE = re.compile(r"([1-9][0-9]{0,8})/([1-9][0-9]{0,3})?(second|minute|hour|day)s?")
SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400}
SIGN_IN_PATHS = frozenset([*(f"{PREFIX}{version}/tokens" for version in VERSIONS), f"{BACK_OFFICE}login/"])


@dataclass(frozen=True)
class Rate:
    """At most `quantity` requests in any `seconds`."""

    quantity: int
    seconds: int


@dataclass(frozen=True)
class Budget:
    """A rate, and what spends it: `name` is the limit, `spender` a client, an account or an address."""

    name: str
    spender: str
    rate: Rate

    @property
    def key(self) -> str:
        """The key under which the counter store keeps it."""
        return f"throttle:{self.name}:{self.spender}"


@cache
def parse_rate(text: str) -> Rate:
    """Read "100/hour" or "10/5minutes". Raises ValueError."""
    match = RATE.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not a rate such as 100/hour, 60/minute or 10/5minutes")
    quantity, count, unit = match.groups()
    return Rate(quantity=int(quantity), seconds=int(count or 1) * SECONDS[unit])


def budgets_of(request: HttpRequest) -> list[Budget]:
    """Return every budget that this request spends. A token that is not ours is charged to the address it came from."""
    bearer = request.bearer  # type: ignore[attr-defined]
    address = f"address:{network_of(request.client)}"  # type: ignore[attr-defined]
    if isinstance(bearer, AccessClaims):
        spender = f"user:{bearer.user_id}"
        budgets = [Budget("user", spender, parse_rate(settings.THROTTLE_USER))]
    elif request.path.startswith(BACK_OFFICE):
        # Only the database knows whose session it is. Staff is not held to an anonymous budget; guessing passwords is.
        spender = address
        budgets = [Budget("user", spender, parse_rate(settings.THROTTLE_USER))]
    else:
        spender = address
        budgets = [Budget("anon", spender, parse_rate(settings.THROTTLE_ANON))]
    budgets.append(Budget("burst", spender, parse_rate(settings.THROTTLE_BURST)))
    if request.method == "POST" and request.path in SIGN_IN_PATHS:
        budgets.append(Budget("sign-in-address", address, parse_rate(settings.THROTTLE_SIGN_IN_ADDRESS)))
        account = sign_in_account(request)
        if account is not None:
            budgets.append(Budget("sign-in-account", account, parse_rate(settings.THROTTLE_SIGN_IN_ACCOUNT)))
    return budgets


def sign_in_account(request: HttpRequest) -> str | None:
    """Return a digest of the account that a sign-in names, the same for every spelling; no address is stored.

    None where the body names none; then it cannot sign in either.
    """
    if request.path.startswith(BACK_OFFICE):
        email = request.POST.get("username")
    else:
        try:
            body = parse_json(request.body)
        except BrokenRequest:
            return None
        email = body.get("email") if isinstance(body, dict) else None
    if not isinstance(email, str):
        return None
    return f"account:{hashlib.sha256(normalise_email(email).encode('utf-8')).hexdigest()}"
