"""Routes that fail: a view with a bug, behind the shop's own error handlers."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from reference_app.urls import handler400, handler403, handler404, handler500

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


def fail(request: HttpRequest) -> HttpResponse:
    """Fail with a message that must not be shown."""
    raise RuntimeError("SELECT password FROM accounts_user WHERE email = 'ada@example.org'")


urlpatterns = [path("fail", fail)]
