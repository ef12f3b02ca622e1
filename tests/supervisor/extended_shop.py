"""The reference shop with one more route: an application whose code is not the shop's alone."""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_safe

from reference_app.wsgi import application


@require_safe
def extension(_request: HttpRequest) -> HttpResponse:
    """Answer with an empty page."""
    return HttpResponse()


def _extend() -> None:
    from reference_app import urls  # noqa: PLC0415 - the settings are there only now

    urls.urlpatterns.append(path("extension", extension))


_extend()

__all__ = ["application"]
