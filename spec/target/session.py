"""The memory of one visitor between requests: tokens where there are any, cookies, and what else a backend gives."""

from __future__ import annotations

import copy
import secrets
from collections.abc import Iterator
from typing import Final, Self

from spec.target.circumstances import Identity
from spec.target.exchange import Request, Response
from spec.target.set_cookie import SetCookie
from spec.target.values import Tokens

SHORTEST_SECRET: Final = 8
"""Characters. A shorter value opens nothing, and stands in too many texts to be masked in all of them."""


class Session:
    """A visitor's memory. Signs what is sent, and learns from what is answered.

    `identity` says as whom it signs. `memory` holds what else the backend gave this visitor to keep: the id of a cart,
    a CSRF token. An adapter whose backend wants more than cookies and bearer tokens derives a class of its own and
    returns it from `stranger`.
    """

    def __init__(self, tokens: Tokens | None = None) -> None:
        self.tokens = tokens
        self.identity = Identity.NOBODY if tokens is None else Identity.CUSTOMER
        self.cookies: dict[str, str] = {}
        self.memory: dict[str, str] = {}

    def sign(self, request: Request) -> Request:
        """Return the request with this visitor's credentials: cookies (RFC 6265), and a bearer token (RFC 6750)."""
        if self.cookies:
            pairs = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            request = request.with_cookies(pairs)
        return request.with_header(*self.authorization(self.tokens)) if self.tokens else request

    def authorization(self, tokens: Tokens) -> tuple[str, str]:
        """Return the header field that carries the access token: name and value."""
        return "Authorization", f"Bearer {tokens.access}"

    def learn(self, response: Response) -> None:
        """Keep what the answer gives this visitor to keep: its cookies, until the backend takes them back."""
        for field in response.headers.get_all("Set-Cookie"):
            cookie = SetCookie.read(field)
            # The memory is replaced and never changed in place: several threads may walk with one session.
            others = {known: kept for known, kept in self.cookies.items() if known != cookie.name}
            self.cookies = others if cookie.ended else {**others, cookie.name: cookie.value}

    def known_as(self, identity: Identity) -> Self:
        """Return a copy that says as whom it signs."""
        other = self.fork()
        other.identity = identity
        return other

    def fork(self) -> Self:
        """Return a copy that learns for itself."""
        other = copy.copy(self)
        other.cookies, other.memory = dict(self.cookies), dict(self.memory)
        return other

    def with_tokens(self, tokens: Tokens) -> Self:
        """Return the same memory with these tokens."""
        other = self.fork()
        other.tokens = tokens
        if other.identity is Identity.NOBODY:
            other.identity = Identity.CUSTOMER
        return other

    def forged(self) -> Self:
        """Return a session whose credentials are of the right form and nobody's."""
        other = self.fork()
        other.identity = Identity.FORGED
        other.tokens = Tokens(access="no.such.token", refresh="no.such.token") if self.tokens else None
        other.cookies = {name: secrets.token_urlsafe(24) for name in self.cookies}
        # Whatever else the backend gave may be a credential too.
        other.memory = {name: secrets.token_urlsafe(len(value))[: len(value)] for name, value in self.memory.items()}
        return other

    def hidden_credential(self) -> str | None:
        """Name the header that carries a credential although this session has no tokens; None where there is none.

        A cookie's value in another header, or one against forged requests, proves no account by itself.
        """
        if self.tokens is not None:
            return None
        secret = set(self.secrets()) - set(self.cookies.values())
        for name, value in self.sign(Request("GET", "/")).headers:
            kind = name.lower()
            if kind == "authorization":
                return name
            if kind != "cookie" and "csrf" not in kind and "xsrf" not in kind and any(one in value for one in secret):
                return name
        return None

    def secrets(self) -> Iterator[str]:
        """Values that must never be written: whoever reads them could act as this visitor."""
        kept = (*self.cookies.values(), *self.memory.values())
        yield from (value for value in kept if len(value) >= SHORTEST_SECRET)
        if self.tokens:
            yield from (self.tokens.access, self.tokens.refresh)
