"""Tokens that the shop issued, as they pass by: by them falsify knows as whom a request was sent."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from spec.falsify.points.value_classes import read_json
from spec.target.exchange import Request

SIGN_IN: Final = "/tokens"
REVOKE: Final = "/tokens/revoke"
SESSION_COOKIE: Final = "__Host-session"


@dataclass
class IssuedTokens:
    """The access tokens of a shop, and which of them are those of staff."""

    staff_email: str
    _claims: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    _staff: set[object] = field(default_factory=set)
    _ended: set[object] = field(default_factory=set)

    def learn(self, request: Request, body: bytes, shown: Any, status: int) -> None:
        """Take the tokens that an answer hands out, and note those that a request ended."""
        asked = read_json(body)
        if isinstance(shown, dict) and isinstance(access := shown.get("access"), str):
            claims = read_claims(access)
            self._claims[access] = claims
            if isinstance(asked, dict) and asked.get("email") == self.staff_email:
                self._staff.add(claims.get("sub"))
        if request.path.endswith(REVOKE) and status == 204 and isinstance(asked, dict):
            self._ended.add(read_claims(str(asked.get("refresh", ""))).get("fam"))

    def identify(self, sent: Mapping[str, str], moment: datetime) -> str:
        """Name as whom a request was sent at this moment, by its headers (names in small letters)."""
        authorization = sent.get("authorization")
        if authorization is None:
            return "a back-office session" if f"{SESSION_COOKIE}=" in sent.get("cookie", "") else "nobody"
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer":
            return "another scheme"
        claims = self._claims.get(token)
        if claims is None:
            return "a forged token"
        if float(claims.get("exp", 0)) <= moment.timestamp():
            return "an expired token"
        if claims.get("fam") in self._ended:
            return "a token that was signed out"
        return "staff" if claims.get("sub") in self._staff else "a customer"


def read_claims(token: str) -> Mapping[str, Any]:
    """Read the claims of a JWT without a look at its signature; nothing of what is none."""
    parts = token.split(".")
    if len(parts) != 3:
        return {}
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (binascii.Error, ValueError):
        return {}
    return claims if isinstance(claims, dict) else {}
