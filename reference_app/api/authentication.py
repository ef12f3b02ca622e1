"""Authentication of the caller: DRF's view of what the middleware found in the Authorization header.

The signature was verified before any database access (see `reference_app.http.bearer`); here, and only for operations
that are not public, the account and the token family behind it are checked to be valid still.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from reference_app.accounts.memory import recall_token_holder
from reference_app.accounts.models import User
from reference_app.accounts.selectors import find_token_holder
from reference_app.accounts.tokens import AccessClaims, InvalidToken
from reference_app.api.operations import Access, find_operation
from reference_app.api.problems import NotAuthenticated

INVALID = 'Bearer realm="shop", error="invalid_token"'  # RFC 6750 section 3.1


class BearerAuthentication(BaseAuthentication):
    """Bearer access tokens (RFC 6750)."""

    def authenticate(self, request: Request) -> tuple[User | AnonymousUser, Any] | None:
        """Return the account of the token, or None without a token. Raises NotAuthenticated for an invalid one."""
        bearer: AccessClaims | InvalidToken | None = request._request.bearer  # type: ignore[attr-defined] # noqa: SLF001
        if bearer is None:
            return None
        if isinstance(bearer, InvalidToken):
            raise NotAuthenticated("The access token is not valid.", challenge=INVALID)
        view = request.parser_context["view"] if request.parser_context else None
        declared = find_operation(view, str(request.method))
        if declared is not None and declared.access is Access.PUBLIC:
            return None  # the answer is the same for all callers, and a read from the cache stays without a statement
        remembers = declared is not None and declared.remembers_caller
        user = recall_token_holder(claims=bearer) if remembers else find_token_holder(claims=bearer)
        if user is None:
            raise NotAuthenticated("The access token has been revoked.", challenge=INVALID)
        return user, bearer

    def authenticate_header(self, request: Request) -> str:
        """Return the challenge of a 401."""
        return 'Bearer realm="shop"'
