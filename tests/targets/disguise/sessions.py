"""Cookie sessions with CSRF tokens, each of which the next answer replaces."""

from __future__ import annotations

import hmac
import secrets
import threading
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import Final

COOKIE: Final = "shop_session"
CSRF_FIELD: Final = "X-CSRF-Token"
UNSAFE: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})


@dataclass(eq=False)
class ShopSession:
    """A browser's session: its tokens of the shop once it is signed in, and what it has said at the checkout."""

    key: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    access: str = ""
    refresh: str = ""
    checkout: dict[str, object] = field(default_factory=dict)
    made: dict[str, bytes] = field(default_factory=dict)
    """Answers to what was made and has no page in the shop, by path, until they are read."""
    csrf: str = ""

    def next_csrf(self) -> str:
        """Give another CSRF token; the one before ends."""
        self.csrf = secrets.token_urlsafe(24)
        return self.csrf

    def knows_csrf(self, token: str) -> bool:
        """Tell if this is the CSRF token of the session."""
        return bool(self.csrf) and hmac.compare_digest(token.encode(), self.csrf.encode())

    @property
    def cookie(self) -> str:
        """The value of Set-Cookie that gives the session to a browser."""
        return f"{COOKIE}={self.key}; Path=/; Secure; HttpOnly; SameSite=Lax"


class Sessions:
    """All sessions of one run. Thread-safe."""

    def __init__(self) -> None:
        self._sessions: dict[str, ShopSession] = {}
        self._lock = threading.Lock()

    def open(self) -> ShopSession:
        """Begin an anonymous session."""
        session = ShopSession()
        with self._lock:
            self._sessions[session.key] = session
        return session

    def find(self, cookies: list[str]) -> ShopSession | None:
        """Return the session that the Cookie fields of a request name; None where there is none of that name."""
        for value in cookies:
            try:
                morsel = SimpleCookie(value).get(COOKIE)
            except CookieError:
                continue
            if morsel is not None:
                with self._lock:
                    return self._sessions.get(morsel.value)
        return None

    def sign_in(self, session: ShopSession, access: str, refresh: str) -> ShopSession:
        """Begin the session of who has signed in. The anonymous one ends: nobody else may have planted it."""
        with self._lock:
            self._sessions.pop(session.key, None)
        signed = self.open()
        signed.access, signed.refresh = access, refresh
        return signed
