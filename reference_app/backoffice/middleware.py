"""Sessions, their users and messages, for the pages of the admin site alone.

No operation of the API knows a session. Each of these is Django's own; on any other path it is passed by.
"""

from __future__ import annotations

from typing import cast

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponseBase
from django.utils.deprecation import MiddlewareMixin

from reference_app.http.security_headers import BACK_OFFICE


class OfBackOffice(MiddlewareMixin):
    """Skips every request that is not below /admin/."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Run Django's middleware on the pages, and nothing elsewhere."""
        if request.path.startswith(BACK_OFFICE):
            return cast("HttpResponseBase", super().__call__(request))
        return cast("HttpResponseBase", self.get_response(request))


class Sessions(OfBackOffice, SessionMiddleware):
    """Sessions of the pages."""


class SignedInUsers(OfBackOffice, AuthenticationMiddleware):
    """`request.user` of the pages."""


class Messages(OfBackOffice, MessageMiddleware):
    """Messages that a page shows after a redirect."""
