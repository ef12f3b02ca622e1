"""Verify the bearer token's signature before anything else, without the database.

Limits are decided next, and they need to know whose budget a request spends: that of an account only if the token is
ours, else that of the address, so that a flood of bad tokens ends in 429.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from reference_app.accounts.tokens import AccessClaims, InvalidToken, read_access


class BearerVerification:
    """Sets `request.bearer`: the claims, an InvalidToken, or None without an Authorization header."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass every request on; the operation decides whether it needs a token."""
        request.bearer = read_bearer(request.META.get("HTTP_AUTHORIZATION"))  # type: ignore[attr-defined]
        return self.get_response(request)


def read_bearer(header: str | None) -> AccessClaims | InvalidToken | None:
    """Return what an Authorization header holds (RFC 6750 section 2.1); another scheme is an invalid token."""
    if header is None:
        return None
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer":
        return InvalidToken()
    try:
        return read_access(token.strip(" "))
    except InvalidToken as invalid:
        return invalid
