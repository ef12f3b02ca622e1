"""The memory of a visitor to the disguised shop."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Self

from spec.target.exchange import Request, Response
from spec.target.session import Session
from spec.target.values import Tokens

CSRF_FIELD: Final = "X-CSRF-Token"
CSRF: Final = "csrf"
BEARER: Final = "bearer"


class CsrfSession(Session):
    """A cookie, and the CSRF token of the last answer. A bearer token only where a check brings one of its own."""

    def sign(self, request: Request) -> Request:
        """Return the request with the cookie and the CSRF token."""
        spoken = self.fork()
        if BEARER not in self.memory:
            spoken.tokens = None  # the cookie stands for them
        signed = Session.sign(spoken, request)
        return signed.with_header(CSRF_FIELD, self.memory[CSRF]) if CSRF in self.memory else signed

    def learn(self, response: Response) -> None:
        """Keep the cookie and the next CSRF token."""
        super().learn(response)
        token = response.headers.get(CSRF_FIELD)
        if token is not None:
            self.memory[CSRF] = token

    def with_tokens(self, tokens: Tokens) -> Self:
        """Return the same memory, which speaks by these tokens: no cookie stands for them."""
        other = super().with_tokens(tokens)
        other.memory[BEARER] = "yes"
        return other

    def secrets(self) -> Iterator[str]:
        """Values that must never be written."""
        yield from super().secrets()
        if CSRF in self.memory:
            yield self.memory[CSRF]
