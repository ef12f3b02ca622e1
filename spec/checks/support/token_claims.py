"""What an access token says of itself, where it is a JWT (RFC 7519). Nothing is verified here: the target does that."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping


def read_claims(token: str) -> Mapping[str, object] | None:
    """The claims of a signed JWT; None where the token is opaque."""
    parts = token.split(".")
    if len(parts) != 3:
        return None
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except ValueError:
        return None
    return claims if isinstance(claims, dict) else None


def stated_lifetime(token: str) -> float | None:
    """Seconds from issue to expiry as the token says; None where it does not say both."""
    claims = read_claims(token) or {}
    issued, expires = claims.get("iat"), claims.get("exp")
    if isinstance(issued, int | float) and isinstance(expires, int | float):
        return float(expires) - float(issued)
    return None
