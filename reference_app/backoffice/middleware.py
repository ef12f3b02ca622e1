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

from reference_app.http.headers import BACK_OFFICE


class OfBackOffice(MiddlewareMixin):
    """Passes by what is not below /admin/."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """What Django's middleware does on the pages, and nothing elsewhere."""
        if request.path.startswith(BACK_OFFICE):
            return cast("HttpResponseBase", super().__call__(request))
        return cast("HttpResponseBase", self.get_response(request))


class Sessions(OfBackOffice, SessionMiddleware):
    """Who is signed in to the pages."""


class SignedInUsers(OfBackOffice, AuthenticationMiddleware):
    """`request.user` of the pages."""


class Messages(OfBackOffice, MessageMiddleware):
    """What a page has to say after a redirect."""
